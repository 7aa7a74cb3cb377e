//! The key is changed while the one who changes it is killed.

use std::{fs, process::Child, time::Instant};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use groundwork_node::encryption::{self, Keys, Stored};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use serde_json::json;

use super::{
    own::{Own, marker, name},
    stored::{POINT, Values, stored, under},
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{namespace::NAMESPACE, objects::apply, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "kill -9 in the middle of a key rotation loses nothing",
    bound: "3 kills, each followed by a whole rotation: all values, one key, all objects under it",
    run: |context| Box::pin(killed(context)),
    ..Check::DISRUPTIVE
}];

/// Objects of a check's own: so many that writing them again takes long enough to be cut off.
const FILL: usize = 300;
/// How many are made at once.
const AT_ONCE: usize = 8;

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
    fn reached(self, before: &str, keys: &Keys, stored: &[Stored]) -> Result<String, CheckFailure> {
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

async fn killed(context: &Context) -> Verdict {
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
async fn kill(context: &Context, point: Point) -> Result<String, CheckFailure> {
    let log = context.state.run().join("check-rotate-key.log");
    let command = context.launcher(&["secret", "rotate-key"]);
    let before = encryption::keys(&context.state)?.writes;
    let mut running = Running(command.spawn_detached(&log)?);
    let at = wait_for("the point to kill it at", POINT, async || {
        let objects = match point {
            Point::Halfway => stored(context).await?,
            // They are of no use here, and the key is to be seen at once.
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
}
