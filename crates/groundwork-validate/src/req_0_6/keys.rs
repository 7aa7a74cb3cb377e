//! The key that Secrets are encrypted with: changed, and changed while the one who changes it is
//! killed.

use std::{
    collections::BTreeMap,
    fs,
    process::Child,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use groundwork_node::{
    StateDir,
    encryption::{self, Keys, Stored},
};
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{Api, api::ListParams};
use serde_json::{Value, json};

use super::own::{Own, marker, name, secret};
use super::search::{Texts, sweep};
use crate::{
    Context, Failure, Verdict,
    context::blocking,
    figures::{duration, judged},
    test_bed::{NAMESPACE, apply, plain},
    wait::until,
};

/// Objects of a check's own: so many that writing them again takes long enough to be cut off.
const FILL: usize = 300;
/// How many are made at once.
const AT_ONCE: usize = 8;
/// For a rotation to come to a certain point, and for the API server to be back after it.
const POINT: Duration = Duration::from_secs(60);

/// The values of all Secrets, by `NAMESPACE/NAME`. They are compared and never shown.
struct Values(BTreeMap<String, BTreeMap<String, ByteString>>);

impl Values {
    async fn read(context: &Context) -> Result<Self, Failure> {
        // The API server may be starting.
        until("all Secrets", POINT, async || {
            let all: Api<Secret> = Api::all(context.cluster().await?.client().clone());
            let all = all.list(&ListParams::default()).await.map_err(plain)?;
            let value = |secret: Secret| {
                let meta = secret.metadata;
                let [namespace, name] = [meta.namespace, meta.name].map(Option::unwrap_or_default);
                (
                    format!("{namespace}/{name}"),
                    secret.data.unwrap_or_default(),
                )
            };
            Ok(Self(all.items.into_iter().map(value).collect()))
        })
        .await
    }

    /// How many of them are in `later`, as they were.
    fn kept(&self, later: &Self) -> usize {
        let mut all = 0;
        for (name, value) in &self.0 {
            all += usize::from(later.0.get(name) == Some(value));
        }
        all
    }
}

async fn stored(context: &Context) -> Result<Vec<Stored>, Failure> {
    let (state, stack) = (context.state.clone(), context.stack.clone());
    blocking(move || encryption::stored(&state, &stack)).await
}

/// How many of `stored` are under `key`.
fn under(stored: &[Stored], key: &str) -> usize {
    let with = stored.iter().filter(|it| it.key.as_deref() == Some(key));
    with.count()
}

pub(super) async fn rotated(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    own.set(&marker()).await?;
    let before = Values::read(context).await?;
    let (old, old_keys) = (
        encryption::keys(&context.state)?.writes,
        raw(&context.state)?,
    );

    let started = Instant::now();
    let answer: Value = serde_json::from_str(&secret(context, "rotate-key --json", "").await?)?;
    let took = duration(started.elapsed());
    let (keys, new_keys) = (encryption::keys(&context.state)?, raw(&context.state)?);
    let after = Values::read(context).await?;
    let stored = stored(context).await?;

    // The new key is where it must be, so the search finds keys.
    let new = old_keys.len();
    let texts = Texts::new(old_keys.iter().chain(&new_keys));
    let folders = [context.state.root().to_path_buf(), context.state.records()];
    let found = blocking(move || {
        let swept = folders.iter().map(|folder| sweep(folder, &texts));
        swept.collect::<Result<Vec<_>, Failure>>()
    })
    .await?;
    let with = |text| found.iter().flat_map(move |it| it.files_with(text));
    let leaks: Vec<_> = (0..new).flat_map(with).map(|path| path.display()).collect();
    let seen = with(new).count();
    let (kept, here) = (before.kept(&after), under(&stored, &keys.writes));
    judged(
        keys.writes != old
            && keys.reads.is_empty()
            && answer["key"] == keys.writes
            && kept == before.0.len()
            && here == stored.len()
            && leaks.is_empty()
            && seen > 0,
        format!(
            "{old} -> {} in {took}; {kept} of {} Secrets as before, {here} of {} objects under it, \
             {} older keys; the old one in {} files{}, the new one in {seen}",
            keys.writes,
            before.0.len(),
            stored.len(),
            keys.reads.len(),
            leaks.len(),
            leaks
                .first()
                .map_or(String::new(), |path| format!(" ({path})")),
        ),
    )
}

/// The bytes of the keys in the API server's file.
fn raw(state: &StateDir) -> Result<Vec<Vec<u8>>, Failure> {
    let text = fs::read_to_string(state.pki().join("encryption.yaml"))?;
    match keys_in(&text).as_slice() {
        [] => Err("the API server's file has no key".into()),
        keys => Ok(keys.to_vec()),
    }
}

fn keys_in(text: &str) -> Vec<Vec<u8>> {
    let secret = |line: &str| {
        let text = line.trim().strip_prefix("secret:")?.trim();
        BASE64_STANDARD.decode(text.trim_matches(['\'', '"'])).ok()
    };
    text.lines().filter_map(secret).collect()
}

/// When a rotation is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// As soon as there are two keys.
    Added,
    /// When some of the objects are under the new key.
    Halfway,
    /// As soon as the old key is forgotten.
    Forgotten,
}

impl Point {
    /// How far it is, when it is there; otherwise what is missing. `before` is the key before it.
    fn reached(self, before: &str, keys: &Keys, stored: &[Stored]) -> Result<String, Failure> {
        let (new, objects) = (&keys.writes, under(stored, &keys.writes));
        let all = stored.len();
        match self {
            Self::Added if new != before => Ok(format!("with {} keys", 1 + keys.reads.len())),
            Self::Halfway if new != before && objects == all => {
                Err("all objects are under the new key already".into())
            }
            Self::Halfway if new != before && objects > 0 => {
                Ok(format!("with {objects} of {all} objects under {new}"))
            }
            Self::Forgotten if new != before && keys.reads.is_empty() => {
                Ok(format!("with {new} alone"))
            }
            _ => Err(format!("{new}, {} older, {objects} of {all}", keys.reads.len()).into()),
        }
    }
}

/// The launcher at work. It does not outlive the check.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) async fn killed(context: &Context) -> Verdict {
    Own::new(context).await?;
    let cluster = context.cluster().await?;
    let secrets: Api<Secret> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    let run = name();
    let fill = (0..FILL).map(|number| {
        let (secrets, name) = (&secrets, format!("{run}-{number}"));
        async move { apply(secrets, &name, json!({"stringData": {"check": marker()}})).await }
    });
    let fill = stream::iter(fill).buffer_unordered(AT_ONCE);
    fill.try_collect::<Vec<_>>().await?;

    let before = Values::read(context).await?;
    let (mut kills, mut right) = (vec![], true);
    for point in [Point::Added, Point::Halfway, Point::Forgotten] {
        let at = kill(context, point).await?;
        let started = Instant::now();
        context.launch(&["secret", "rotate-key"]).await?;
        let took = duration(started.elapsed());
        let keys = encryption::keys(&context.state)?;
        let (after, stored) = (Values::read(context).await?, stored(context).await?);
        let (kept, here) = (before.kept(&after), under(&stored, &keys.writes));
        right &= kept == before.0.len() && here == stored.len() && keys.reads.is_empty();
        kills.push(format!(
            "killed {at}, then {kept} of {} values and {here} of {} objects under {} in {took}",
            before.0.len(),
            stored.len(),
            keys.writes
        ));
    }
    judged(right, kills.join("; "))
}

/// Begins a rotation and kills it when it is at `point`; says how far it was.
async fn kill(context: &Context, point: Point) -> Result<String, Failure> {
    let log = context.state.run().join("check-rotate-key.log");
    let command = context.launcher(&["secret", "rotate-key"]);
    let before = encryption::keys(&context.state)?.writes;
    let mut running = Running(command.spawn_detached(&log)?);
    let at = until("the point to kill it at", POINT, async || {
        let objects = match point {
            Point::Halfway => stored(context).await?,
            // Nobody needs them, and the key is to be seen at once.
            _ => vec![],
        };
        point.reached(&before, &encryption::keys(&context.state)?, &objects)
    });
    let at = at.await;
    let ended = running.0.try_wait()?;
    drop(running);
    let said = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(&log);
    match (at, ended) {
        (Ok(at), None) => Ok(at),
        (at, Some(status)) => {
            let at = at.unwrap_or_else(|failure| failure.to_string());
            Err(format!("it had ended ({status}) {at}: {}", said.trim()).into())
        }
        (Err(failure), None) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_read_from_the_api_servers_file() {
        let text = "kind: EncryptionConfiguration\nresources:\n- resources:\n  - secrets\n  providers:\n  - secretbox:\n      keys:\n      - name: key2\n        secret: 'bmV3'\n      - name: key1\n        secret: b2xk\n";
        assert_eq!(keys_in(text), [b"new", b"old"]);
        assert!(keys_in("resources: []").is_empty());
    }

    #[test]
    fn a_rotation_is_killed_where_it_is_to_be_and_not_before() {
        let keys = |writes: &str, reads: &[&str]| Keys {
            writes: writes.into(),
            reads: reads.iter().map(|key| (*key).to_owned()).collect(),
        };
        let stored = |keys: &[&str]| -> Vec<_> {
            let object = |key: &&str| Stored {
                object: "a/b".into(),
                key: Some((*key).to_owned()),
            };
            keys.iter().map(object).collect()
        };
        let reached =
            |point: Point, keys: &Keys, of: &[&str]| point.reached("key1", keys, &stored(of)).ok();
        let (one, two, new) = (
            keys("key1", &[]),
            keys("key2", &["key1"]),
            keys("key2", &[]),
        );
        for point in [Point::Added, Point::Halfway, Point::Forgotten] {
            assert_eq!(reached(point, &one, &["key1", "key1"]), None, "{point:?}");
        }
        assert_eq!(reached(Point::Added, &two, &[]).unwrap(), "with 2 keys");
        assert_eq!(reached(Point::Halfway, &two, &["key1", "key1"]), None);
        assert_eq!(
            reached(Point::Halfway, &two, &["key2", "key1"]).unwrap(),
            "with 1 of 2 objects under key2"
        );
        assert_eq!(reached(Point::Halfway, &two, &["key2", "key2"]), None);
        assert_eq!(reached(Point::Forgotten, &two, &[]), None);
        assert_eq!(
            reached(Point::Forgotten, &new, &[]).unwrap(),
            "with key2 alone"
        );
    }

    #[test]
    fn a_value_that_is_gone_or_another_one_is_not_kept() {
        let values = |pairs: &[(&str, &str)]| {
            let value = |(name, text): &(&str, &str)| {
                let data = [("a".to_owned(), ByteString(text.as_bytes().to_vec()))];
                ((*name).to_owned(), BTreeMap::from(data))
            };
            Values(pairs.iter().map(value).collect())
        };
        let before = values(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(before.kept(&before), 3);
        assert_eq!(
            before.kept(&values(&[("a", "1"), ("b", "3"), ("d", "3")])),
            1
        );
    }
}
