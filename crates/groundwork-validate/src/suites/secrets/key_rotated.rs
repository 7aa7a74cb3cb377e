//! The key that Secrets are encrypted with is changed, and the old one is gone.

use std::{fs, time::Instant};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use groundwork_node::{StateDir, encryption};
use serde_json::Value;

use super::{
    own::{Own, marker, secret},
    stored::{Values, stored, under},
    texts::{Texts, sweep},
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, blocking, judged},
    shared::words::duration,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "the key is rotated and the old one is gone",
    bound: "all values as before, all objects under the new key, the old one in no file",
    run: |context| Box::pin(rotated(context)),
    ..Check::DISRUPTIVE
}];

async fn rotated(context: &Context) -> Verdict {
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
        swept.collect::<Result<Vec<_>, CheckFailure>>()
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
fn raw(state: &StateDir) -> Result<Vec<Vec<u8>>, CheckFailure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_read_from_the_api_servers_file() {
        let text = "kind: EncryptionConfiguration\nresources:\n- resources:\n  - secrets\n  providers:\n  - secretbox:\n      keys:\n      - name: key2\n        secret: 'bmV3'\n      - name: key1\n        secret: b2xk\n";
        assert_eq!(keys_in(text), [b"new", b"old"]);
        assert!(keys_in("resources: []").is_empty());
    }
}
