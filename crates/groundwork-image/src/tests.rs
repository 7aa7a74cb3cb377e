//! What makes an image's bytes change and what must not.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use groundwork_process::error::Remedy as _;

use super::*;

/// A small tree with a program, a deep name and a link, its files made in the order given.
fn tree(root: &Path, names: &[&str], mode: u32, age: Duration) {
    fs::create_dir_all(root.join("lib")).unwrap();
    for name in names {
        let path = root.join(name);
        fs::write(&path, name).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    let program = root.join("program");
    fs::write(&program, "#!").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(mode | 0o100)).unwrap();
    symlink("program", root.join("link")).unwrap();
}

fn spec(layer: Layer) -> Spec {
    Spec {
        name: "test".into(),
        architecture: "amd64".into(),
        layers: vec![layer],
        config: Config {
            env: [("B".into(), "2".into()), ("A".into(), "1".into())].into(),
            labels: (0..20)
                .map(|n| (format!("label-{n}"), "x".into()))
                .collect(),
            ..Config::default()
        },
    }
}

fn of_tree(root: &Path) -> Spec {
    spec(Layer {
        store_paths: vec![root.into()],
        ..Layer::default()
    })
}

fn built(spec: &Spec, timestamp: u32) -> (tempfile::TempDir, Built) {
    let output = tempfile::tempdir().unwrap();
    let built = build(spec, output.path(), timestamp).unwrap();
    (output, built)
}

fn json(path: impl AsRef<Path>) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Path, mode, time stamp and link target of everything in the image's first layer.
fn entries(output: &Path, built: &Built) -> Vec<(PathBuf, u32, u64, Option<PathBuf>)> {
    let blobs = output.join("blobs/sha256");
    let manifest = json(blobs.join(&built.digest["sha256:".len()..]));
    let digest = manifest["layers"][0]["digest"].as_str().unwrap();
    let layer = fs::File::open(blobs.join(&digest["sha256:".len()..])).unwrap();
    let mut archive = tar::Archive::new(layer);
    let entries = archive.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        let header = entry.header();
        assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
        assert_eq!(header.username_bytes(), Some(&b""[..]));
        (
            entry.path().unwrap().into_owned(),
            header.mode().unwrap(),
            header.mtime().unwrap(),
            entry.link_name().unwrap().map(|target| target.into_owned()),
        )
    });
    entries.collect()
}

#[test]
fn order_modes_and_times_of_the_sources_do_not_change_the_digest() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    tree(&root, &["lib/a", "lib/b", "lib/c"], 0o600, Duration::ZERO);
    let (_, first) = built(&of_tree(&root), TIMESTAMP);
    fs::remove_dir_all(&root).unwrap();
    tree(
        &root,
        &["lib/c", "lib/a", "lib/b"],
        0o644,
        Duration::from_secs(86_400),
    );
    let (_, second) = built(&of_tree(&root), TIMESTAMP);
    assert_eq!(first, second);
}

#[test]
fn another_time_stamp_gives_another_digest() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path(), &["lib/a"], 0o644, Duration::ZERO);
    let spec = of_tree(folder.path());
    assert_ne!(built(&spec, 1).1.digest, built(&spec, 2).1.digest);
}

#[test]
fn a_tree_at_another_place_is_there_with_its_links_and_without_a_trace_of_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    tree(&root, &["lib/busybox"], 0o755, Duration::ZERO);
    symlink("busybox", root.join("lib/sh")).unwrap();
    let image = spec(Layer {
        files: vec![File {
            source: root.join("lib"),
            target: "/bin".into(),
        }],
        ..Layer::default()
    });
    let (output, built) = built(&image, TIMESTAMP);
    let found = entries(output.path(), &built).into_iter();
    let found: Vec<_> = found
        .map(|(path, _, _, link)| (path.display().to_string(), link))
        .collect();
    let expected = [
        ("bin", None),
        ("bin/busybox", None),
        ("bin/sh", Some("busybox".into())),
    ];
    assert_eq!(found, expected.map(|(path, link)| (path.to_owned(), link)));
}

#[test]
fn other_content_gives_another_digest() {
    let text = |content: &str| {
        spec(Layer {
            text: vec![Text {
                target: "/etc/motd".into(),
                content: content.into(),
            }],
            ..Layer::default()
        })
    };
    assert_ne!(built(&text("a"), 1).1, built(&text("b"), 1).1);
}

#[test]
fn everything_is_normalised_and_stays_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("n".repeat(200));
    tree(&root, &["lib/a"], 0o640, Duration::ZERO);
    let (output, built) = built(&of_tree(&root), 7);

    let at = |name: &str| root.strip_prefix("/").unwrap().join(name);
    let found = entries(output.path(), &built);
    assert!(found.contains(&(at("lib/a"), 0o444, 7, None)), "{found:?}");
    assert!(found.contains(&(at("program"), 0o555, 7, None)));
    assert!(found.contains(&(at("lib"), 0o755, 7, None)));
    assert!(found.contains(&(at("link"), 0o777, 7, Some("program".into()))));
    assert!(found.is_sorted(), "parents come before their children");
}

#[test]
fn files_texts_links_and_directories_go_where_the_spec_says() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path(), &[], 0o644, Duration::ZERO);
    let json = serde_json::json!({
        "name": "test",
        "layers": [{
            "files": [{"source": folder.path().join("link"), "target": "/bin/program"}],
            "directories": [{"path": "/tmp", "mode": "1777"}],
            "text": [{"target": "/etc/passwd", "content": "root"}],
            "symlinks": [{"target": "program", "link": "/bin/sh"}],
        }],
    });
    let (output, built) = built(&serde_json::from_value(json).unwrap(), 1);
    let expected: [(&str, u32, Option<&str>); 6] = [
        ("bin", 0o755, None),
        ("bin/program", 0o555, None),
        ("bin/sh", 0o777, Some("program")),
        ("etc", 0o755, None),
        ("etc/passwd", 0o444, None),
        ("tmp", 0o1777, None),
    ];
    let expected = expected.map(|(path, mode, link)| (path.into(), mode, 1, link.map(Into::into)));
    assert_eq!(entries(output.path(), &built), expected);
}

#[test]
fn a_layer_has_the_same_digest_in_every_image() {
    let shared = Layer {
        text: vec![Text {
            target: "/etc/os-release".into(),
            content: "ID=groundwork".into(),
        }],
        ..Layer::default()
    };
    let mut other = spec(shared.clone());
    other.name = "other".into();
    other.config.user = Some("65532:65532".into());
    let images = [built(&spec(shared), 1), built(&other, 1)];
    let [first, second] = images.map(|(output, built)| {
        let hex = &built.digest["sha256:".len()..];
        json(output.path().join("blobs/sha256").join(hex))
    });
    assert_eq!(first["layers"], second["layers"]);
    assert_ne!(first["config"], second["config"]);
}

#[test]
fn the_layout_names_the_image_by_its_content() {
    let (output, built) = built(&spec(Layer::default()), 1);
    let read = |name: &str| fs::read_to_string(output.path().join(name)).unwrap();
    assert_eq!(read("digest"), built.digest);
    assert_eq!(read("tag"), built.digest["sha256:".len()..][..32]);
    assert_eq!(
        read("reference"),
        format!("groundwork.local/test:{}", built.tag)
    );
    let index = json(output.path().join("index.json"));
    let annotations = &index["manifests"][0]["annotations"];
    assert_eq!(annotations["io.containerd.image.name"], built.reference);
    assert_eq!(
        json(output.path().join("oci-layout"))["imageLayoutVersion"],
        "1.0.0"
    );
    let config = &json(output.path().join("index.json"))["manifests"][0]["digest"];
    assert_eq!(config, &built.digest);
}

#[test]
fn a_missing_file_is_named_with_a_hint() {
    let spec = spec(Layer {
        files: vec![File {
            source: "/nowhere/program".into(),
            target: "/bin/program".into(),
        }],
        ..Layer::default()
    });
    let output = tempfile::tempdir().unwrap();
    let error = build(&spec, output.path(), 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the image needs /nowhere/program, which does not exist"
    );
    assert!(error.hint().unwrap().contains("input of the derivation"));
}

#[test]
fn two_things_in_one_place_are_refused() {
    let text = |content: &str| Text {
        target: "/etc/motd".into(),
        content: content.into(),
    };
    let spec = spec(Layer {
        text: vec![text("a"), text("b")],
        ..Layer::default()
    });
    let output = tempfile::tempdir().unwrap();
    let error = build(&spec, output.path(), 1).unwrap_err();
    assert_eq!(error.to_string(), "/etc/motd is in one layer twice");
}

#[test]
fn a_place_outside_the_image_is_refused() {
    for place in ["etc/motd", "/etc/../../motd", "/"] {
        let spec = spec(Layer {
            text: vec![Text {
                target: place.into(),
                content: String::new(),
            }],
            ..Layer::default()
        });
        let output = tempfile::tempdir().unwrap();
        let error = build(&spec, output.path(), 1).unwrap_err();
        assert!(matches!(error, Error::Place(_)), "{place}: {error:?}");
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let output = tempfile::tempdir().unwrap();
    fs::write(output.path().join("mine"), "").unwrap();
    let error = build(&spec(Layer::default()), output.path(), 1).unwrap_err();
    assert!(matches!(error, Error::NotEmpty(_)), "{error:?}");
}
