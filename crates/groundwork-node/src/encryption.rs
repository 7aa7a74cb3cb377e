//! The keys that the API server encrypts Secret objects with before they reach etcd's files, and
//! what those files say about them.
//!
//! A rotation is three states of one file, each of which `up` can go on from: the old key; the new key and
//! the old one; the new key. After each change of the file the caller has [`Node::up`](crate::Node::up)
//! restart the API server. Rewriting the objects in between is the caller's part.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use groundwork_contract::Stack;
use groundwork_process::exec::Command;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    error::{Error, at},
    state::{self, StateDir},
};

/// Where the API server keeps Secret objects in etcd.
const SECRETS: &str = "/registry/secrets/";
/// What Kubernetes puts before a value that it has encrypted with secretbox: this and the key's name.
const MARK: &str = "k8s:enc:secretbox:v1:";
/// For etcd to pack its file; it has some 10 MB.
const PATIENCE: Duration = Duration::from_secs(60);

/// The names of the keys that the API server is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The one that it writes with.
    pub writes: String,
    /// Those that it can only read with: what a rotation that is not finished leaves.
    pub reads: Vec<String>,
}

/// A Secret object as it lies in etcd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// `NAMESPACE/NAME`.
    pub object: String,
    /// The name of the key that it is encrypted with; `None` when it is not.
    pub key: Option<String>,
}

/// `EncryptionConfiguration` of apiserver.config.k8s.io/v1, as far as this node uses it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    api_version: String,
    kind: String,
    resources: Vec<Resource>,
}

#[derive(Serialize, Deserialize)]
struct Resource {
    resources: Vec<String>,
    providers: Vec<Provider>,
}

#[derive(Serialize, Deserialize)]
struct Provider {
    #[serde(skip_serializing_if = "Option::is_none")]
    secretbox: Option<Secretbox>,
}

#[derive(Serialize, Deserialize)]
struct Secretbox {
    keys: Vec<Key>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    name: String,
    secret: String,
}

impl Drop for Key {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// The file that the API server reads its keys from.
pub(crate) fn file(state: &StateDir) -> PathBuf {
    state.pki().join("encryption.yaml")
}

/// Makes the first key, unless there is one.
pub(crate) fn create(state: &StateDir) -> Result<(), Error> {
    if file(state).is_file() {
        return Ok(());
    }
    if state.path("etcd").exists() {
        // A new one could read nothing of it.
        return Err(damaged(
            state,
            "it is missing, and etcd has what was encrypted with it",
        ));
    }
    write(state, vec![Key::new(1)])
}

/// The keys that the API server is given.
///
/// # Errors
/// [`Error::File`] when the file cannot be read, [`Error::Encryption`] when it is damaged.
pub fn keys(state: &StateDir) -> Result<Keys, Error> {
    let keys = read(state)?;
    let name = |key: &Key| key.name.clone();
    Ok(Keys {
        writes: name(&keys[0]),
        reads: keys[1..].iter().map(name).collect(),
    })
}

/// Puts a new key before the others: from its next start on, the API server writes with it. Where
/// an earlier rotation was cut off, that one's new key is kept.
///
/// # Errors
/// As [`keys`], or [`Error::File`] when the file cannot be written.
pub fn add_key(state: &StateDir) -> Result<Keys, Error> {
    let mut keys = read(state)?;
    if keys.len() == 1 {
        let newest = keys[0].name.strip_prefix("key");
        let newest: u32 = newest
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| damaged(state, "its key has another name than keyN"))?;
        keys.insert(0, Key::new(newest + 1));
        write(state, keys)?;
    }
    self::keys(state)
}

/// Forgets all keys but the first. Call it only once everything is encrypted with that one: the rest is lost.
///
/// # Errors
/// As [`add_key`].
pub fn forget_old_keys(state: &StateDir) -> Result<Keys, Error> {
    let mut keys = read(state)?;
    keys.truncate(1);
    write(state, keys)?;
    self::keys(state)
}

/// Every Secret object as it lies in etcd.
///
/// # Errors
/// [`Error::Command`] when etcd does not answer.
pub fn stored(state: &StateDir, stack: &Stack) -> Result<Vec<Stored>, Error> {
    Ok(range(state, stack)?.objects)
}

/// Has etcd forget the history of its keys and pack its file, so that it holds current values alone.
///
/// # Errors
/// As [`stored`].
pub fn compact(state: &StateDir, stack: &Stack) -> Result<(), Error> {
    let revision = range(state, stack)?.revision.to_string();
    etcdctl(state, stack)?
        .args(["compaction", "--physical", &revision])
        .run()?;
    Ok(etcdctl(state, stack)?.arg("defrag").run()?)
}

struct Range {
    revision: i64,
    objects: Vec<Stored>,
}

fn range(state: &StateDir, stack: &Stack) -> Result<Range, Error> {
    #[derive(Deserialize)]
    struct Answer {
        header: Header,
        #[serde(default)]
        kvs: Vec<Pair>,
    }
    #[derive(Deserialize)]
    struct Header {
        revision: i64,
    }
    #[derive(Deserialize)]
    struct Pair {
        key: String,
        value: String,
    }
    let get = etcdctl(state, stack)?.args(["get", "--prefix", SECRETS, "--write-out=json"]);
    let text = get.read()?;
    let unreadable = |reason: String| Error::Encryption {
        path: "etcdctl get".into(),
        reason,
    };
    let answer: Answer =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let decoded = |text: &str| {
        let bytes = BASE64_STANDARD.decode(text);
        bytes.map_err(|error| unreadable(error.to_string()))
    };
    let objects = answer.kvs.iter().map(|pair| {
        let path = String::from_utf8_lossy(&decoded(&pair.key)?).into_owned();
        Ok(Stored {
            object: path.trim_start_matches(SECRETS).to_owned(),
            key: key_of(&decoded(&pair.value)?),
        })
    });
    Ok(Range {
        revision: answer.header.revision,
        objects: objects.collect::<Result<_, Error>>()?,
    })
}

fn etcdctl(state: &StateDir, stack: &Stack) -> Result<Command, Error> {
    Ok(Command::new(stack.program("etcdctl")?)
        .arg(format!("--endpoints={}", state.etcd_url("client")))
        .arg(format!("--command-timeout={}s", PATIENCE.as_secs())))
}

/// The name of the key that `value` is encrypted with, if it is.
fn key_of(value: &[u8]) -> Option<String> {
    let rest = value.strip_prefix(MARK.as_bytes())?;
    let end = rest.iter().position(|byte| *byte == b':')?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

impl Key {
    fn new(number: u32) -> Self {
        let secret = Zeroizing::new(rand::random::<[u8; 32]>());
        Self {
            name: format!("key{number}"),
            secret: BASE64_STANDARD.encode(secret.as_slice()),
        }
    }
}

/// The keys in the file, one at least.
fn read(state: &StateDir) -> Result<Vec<Key>, Error> {
    let path = file(state);
    let text = Zeroizing::new(fs::read_to_string(&path).map_err(at("read", &path))?);
    // NB: the reader's own words would show a piece of the text.
    let config: Config = serde_yaml_ng::from_str(&text)
        .map_err(|_| damaged(state, "it is no EncryptionConfiguration"))?;
    let resources = config.resources.into_iter();
    let providers = resources.flat_map(|resource| resource.providers);
    let keys: Vec<_> = providers
        .filter_map(|provider| provider.secretbox)
        .flat_map(|secretbox| secretbox.keys)
        .collect();
    match keys.is_empty() {
        true => Err(damaged(state, "it has no key")),
        false => Ok(keys),
    }
}

fn write(state: &StateDir, keys: Vec<Key>) -> Result<(), Error> {
    let config = Config {
        api_version: "apiserver.config.k8s.io/v1".into(),
        kind: "EncryptionConfiguration".into(),
        resources: vec![Resource {
            resources: vec!["secrets".into()],
            providers: vec![Provider {
                secretbox: Some(Secretbox { keys }),
            }],
        }],
    };
    let text = serde_yaml_ng::to_string(&config);
    let text = Zeroizing::new(text.map_err(|_| damaged(state, "it cannot be written"))?);
    state::write(&file(state), &text)
}

fn damaged(state: &StateDir, reason: &str) -> Error {
    Error::Encryption {
        path: file(state),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> (tempfile::TempDir, StateDir) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        state::create_dir(&state.pki()).unwrap();
        create(&state).unwrap();
        (folder, state)
    }

    fn shown(keys: &Keys) -> String {
        format!("{} | {}", keys.writes, keys.reads.join(" "))
    }

    #[test]
    fn a_rotation_adds_a_key_and_then_forgets_the_old_one() {
        let (_folder, state) = state();
        assert_eq!(shown(&keys(&state).unwrap()), "key1 | ");
        let old = fs::read_to_string(file(&state)).unwrap();
        let old = old.lines().last().unwrap().trim();
        assert_eq!(shown(&add_key(&state).unwrap()), "key2 | key1");
        assert!(fs::read_to_string(file(&state)).unwrap().contains(old));
        assert_eq!(shown(&forget_old_keys(&state).unwrap()), "key2 | ");
        assert!(!fs::read_to_string(file(&state)).unwrap().contains(old));
    }

    #[test]
    fn a_rotation_that_was_cut_off_goes_on_with_its_own_key() {
        let (_folder, state) = state();
        add_key(&state).unwrap();
        let before = fs::read(file(&state)).unwrap();
        assert_eq!(shown(&add_key(&state).unwrap()), "key2 | key1");
        assert_eq!(fs::read(file(&state)).unwrap(), before);
    }

    #[test]
    fn the_file_of_an_earlier_release_is_read() {
        let (_folder, state) = state();
        let text = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources: [secrets]\n    providers:\n      - secretbox:\n          keys:\n            - name: key1\n              secret: c2VjcmV0\n      - identity: {}\n";
        state::write(&file(&state), text).unwrap();
        assert_eq!(shown(&keys(&state).unwrap()), "key1 | ");
    }

    #[test]
    fn a_damaged_file_is_named_and_not_shown() {
        let (_folder, state) = state();
        state::write(&file(&state), "resources: {secret: c2VjcmV0}").unwrap();
        let error = keys(&state).unwrap_err();
        assert!(error.to_string().contains("encryption.yaml"), "{error}");
        assert!(!format!("{error:?}").contains("c2VjcmV0"), "{error:?}");
    }

    #[test]
    fn the_key_of_a_stored_value_is_read_from_its_begin() {
        assert_eq!(
            key_of(b"k8s:enc:secretbox:v1:key2:\x01\xff").as_deref(),
            Some("key2")
        );
        assert_eq!(key_of(b"k8s\x00\n\x0c\n\x02v1\x12\x06Secret"), None);
        assert_eq!(key_of(b"k8s:enc:aescbc:v1:key2:\x01"), None);
    }
}
