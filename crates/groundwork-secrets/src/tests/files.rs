use std::{fs, os::unix::fs::symlink, path::Path, thread, time::Duration};

use groundwork_secret_files::look;
use tokio::time::{sleep, timeout};

use super::*;
use crate::{Location, watch};

/// Writes a version as the kubelet does: a folder of its own, and one rename of the link to it.
fn put(volume: &Path, version: &str, fields: &[(&str, &str)]) {
    let folder = volume.join(version);
    fs::create_dir(&folder).unwrap();
    for (name, value) in fields {
        fs::write(folder.join(name), value).unwrap();
    }
    let last = fs::read_link(volume.join("..data"));
    symlink(version, volume.join("..data_tmp")).unwrap();
    fs::rename(volume.join("..data_tmp"), volume.join("..data")).unwrap();
    for (name, _) in fields {
        let _ = symlink(Path::new("..data").join(name), volume.join(name));
    }
    if let Ok(last) = last {
        fs::remove_dir_all(volume.join(last)).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_is_in_use_once_the_volumes_link_leads_to_it_and_not_before() {
    let (said, _guard) = Said::listen();
    let volume = tempfile::tempdir().unwrap();
    put(volume.path(), "..one", &[("token", "sesame 1")]);
    let location = Location::Files(volume.path().into());
    let mut watched = watch(&location).await.unwrap();
    assert_eq!(version(&watched).as_deref(), Some("one"));

    let next = volume.path().join("..half");
    fs::create_dir(&next).unwrap();
    fs::write(next.join("token"), "ses").unwrap();
    let early = timeout(Duration::from_secs(5), watched.changed()).await;
    assert!(early.is_err(), "{:?}", version(&watched));
    let mut other = watched.clone();
    put(volume.path(), "..two", &[("token", "sesame 2")]);
    watched.changed().await;
    other.changed().await;
    assert_eq!(token(&watched).as_deref(), Some("sesame 2"));
    assert_eq!(version(&watched).as_deref(), Some("two"));

    // What the kubelet makes of a Secret that is gone and optional.
    put(volume.path(), "..three", &[]);
    watched.changed().await;
    assert_eq!(version(&watched), None);
    assert_eq!(said.count("version=\"one\""), 1, "{:?}", said.own());
    assert_eq!(said.count("version=\"two\""), 1, "{:?}", said.own());
    assert_eq!(said.count("is gone"), 1, "{:?}", said.own());
    assert_eq!(
        said.count(&format!(
            "INFO groundwork_secrets::watched secret=\"{location}\""
        )),
        0
    );
    said.assert_no_value();
}

#[test]
fn a_version_is_read_whole_while_the_link_moves_all_the_time() {
    let volume = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..8).map(|n| format!("field-{n}")).collect();
    let put = |n: usize| {
        let value = n.to_string();
        let fields: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), value.as_str()))
            .collect();
        put(volume.path(), &format!("..{n}"), &fields);
    };
    put(0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| (1..=2_000).for_each(put));
        let mut seen = 0;
        while !writer.is_finished() {
            // It may give up; it must not be wrong.
            let Ok(Some((_, secret))) = look(volume.path(), None) else {
                continue;
            };
            let secret = secret.unwrap();
            for name in &names {
                let value = secret.field(name).unwrap().expose_text().unwrap();
                assert_eq!(value, secret.version());
            }
            seen += 1;
        }
        assert!(seen > 100, "{seen}");
    });
}

#[tokio::test(start_paused = true)]
async fn a_folder_without_a_link_that_comes_and_changes_and_goes_is_followed_too() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("token");
    let mut watched = watch(&Location::Files(folder.clone())).await.unwrap();
    assert_eq!(version(&watched), None);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(".hidden"), VALUE).unwrap();
    for value in ["one", "two"] {
        fs::write(folder.join(".draft"), value).unwrap();
        fs::rename(folder.join(".draft"), folder.join("token")).unwrap();
        watched.changed().await;
        assert_eq!(token(&watched).as_deref(), Some(value));
        assert!(watched.current().unwrap().field(".hidden").is_err());
        let version = version(&watched).unwrap();
        assert!(
            version.starts_with("20") && version.ends_with('Z'),
            "{version}"
        );
    }
    fs::remove_dir_all(&folder).unwrap();
    watched.changed().await;
    assert_eq!(version(&watched), None);
}

#[tokio::test(start_paused = true)]
#[expect(
    clippy::disallowed_methods,
    reason = "the test's own clock is moved on"
)]
async fn what_cannot_be_read_is_told_once_and_the_last_version_stays() {
    let (said, _guard) = Said::listen();
    let volume = tempfile::tempdir().unwrap();
    put(volume.path(), "..one", &[("token", VALUE)]);
    let watched = watch(&Location::Files(volume.path().into())).await.unwrap();
    let link = volume.path().join("..data");
    fs::remove_file(&link).unwrap();
    fs::write(&link, "no link").unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(version(&watched).as_deref(), Some("one"));
    assert_eq!(said.count("WARN"), 1, "{:?}", said.own());
    assert_eq!(said.count("in_use=\"one\""), 1, "{:?}", said.own());

    fs::remove_file(&link).unwrap();
    put(volume.path(), "..two", &[("token", VALUE)]);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(version(&watched).as_deref(), Some("two"));
    assert_eq!(said.count("followed again"), 1, "{:?}", said.own());
    said.assert_no_value();
}

#[tokio::test(start_paused = true)]
async fn nothing_that_can_be_printed_has_a_value_in_it() {
    let volume = tempfile::tempdir().unwrap();
    put(volume.path(), "..one", &[("token", VALUE)]);
    let location = Location::Files(volume.path().into());
    let watched = watch(&location).await.unwrap();
    let secret = watched.current().unwrap();
    let (field, error) = (
        secret.field("token").unwrap(),
        secret.field("key").unwrap_err(),
    );
    let printed =
        format!("{location:?} {location} {watched:?} {secret:?} {field:?} {error:?} {error}");
    assert!(printed.contains("[redacted]"), "{printed}");
    assert!(!printed.contains(VALUE), "{printed}");
}
