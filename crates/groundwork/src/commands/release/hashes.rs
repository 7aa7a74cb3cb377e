//! What one builder has built, and whether another has built the same.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The file of a release.
pub const HASHES: &str = "hashes.json";

/// A path as `nix path-info --json` tells of it.
#[derive(Deserialize)]
struct Info {
    path: PathBuf,
    #[serde(rename = "narHash")]
    nar_hash: String,
    /// Whether this machine has built it, and not taken it from a cache.
    #[serde(default)]
    ultimate: bool,
}

/// The hash of each store path that one machine has built itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hashes(BTreeMap<PathBuf, String>);

/// How two builders compare.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared<'a> {
    /// Paths that both have built.
    pub both: usize,
    /// Those of them that differ.
    pub different: Vec<&'a PathBuf>,
}

impl Hashes {
    /// What Nix answers to `path-info --json --recursive`.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn of_nix(answer: &str) -> anyhow::Result<Self> {
        let all: Vec<Info> =
            serde_json::from_str(answer).context("what Nix says of its paths is not understood")?;
        let built = all.into_iter().filter(|it| it.ultimate);
        Ok(Self(built.map(|it| (it.path, it.nar_hash)).collect()))
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Compares with what another builder has built.
    pub fn compare(&self, other: &Self) -> Compared<'_> {
        let both = self
            .0
            .iter()
            .filter_map(|(path, hash)| Some((path, hash, other.0.get(path)?)));
        let different = both.clone().filter(|(_, ours, theirs)| ours != theirs);
        Compared {
            both: both.clone().count(),
            different: different.map(|(path, ..)| path).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(paths: &[(&str, &str, bool)]) -> Hashes {
        let all = paths.iter().map(|(path, hash, ultimate)| {
            serde_json::json!({"path": path, "narHash": hash, "ultimate": ultimate, "narSize": 1})
        });
        Hashes::of_nix(&serde_json::to_string(&all.collect::<Vec<_>>()).unwrap()).unwrap()
    }

    #[test]
    fn only_what_both_have_built_themselves_is_compared() {
        let one = built(&[
            ("/a", "sha256-1", true),
            ("/b", "sha256-2", true),
            ("/c", "sha256-3", true),
        ]);
        let other = built(&[
            ("/a", "sha256-1", true),
            ("/b", "sha256-9", true),
            ("/c", "sha256-3", false),
        ]);
        assert_eq!(other.count(), 2);
        let different = PathBuf::from("/b");
        let wanted = Compared {
            both: 2,
            different: vec![&different],
        };
        assert_eq!(one.compare(&other), wanted);
    }

    #[test]
    fn a_file_of_hashes_is_read_as_it_is_written() {
        let hashes = built(&[("/a", "sha256-1", true)]);
        let text = serde_json::to_string(&hashes).unwrap();
        assert_eq!(text, r#"{"/a":"sha256-1"}"#);
        assert_eq!(serde_json::from_str::<Hashes>(&text).unwrap(), hashes);
    }
}
