//! Names for store paths inside an image, so that the finished image names none of the machine's.
//!
//! Nix finds what a result needs by looking for the hashes of store paths in its bytes. An image carries its own copies, so
//! a hash in it would bring each of them along once more. In the image zeros stand for the hash, as many as it has digits:
//! paths inside of programs keep their length.

use std::path::{Path, PathBuf};

use memchr::memmem::Finder;

use crate::spec::Spec;

/// Digits of the hash in a store path's name: 160 bits in base 32. See "Store path" in Nix' manual.
const DIGITS: usize = 32;

/// The hashes that no image may hold.
#[derive(Debug, Default)]
pub(crate) struct Detached(Vec<Finder<'static>>);

impl Detached {
    /// Looks up the store paths that the layers of `spec` bring.
    pub(crate) fn of(spec: &Spec) -> Self {
        let paths = spec.layers.iter().flat_map(|layer| &layer.store_paths);
        Self(
            paths
                .filter_map(|path| hash(path))
                .map(|hash| Finder::new(hash).into_owned())
                .collect(),
        )
    }

    /// `bytes` with zeros for each hash; the length stays.
    pub(crate) fn bytes(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for finder in &self.0 {
            let found: Vec<usize> = finder.find_iter(&bytes).collect();
            for start in found {
                bytes[start..start + DIGITS].fill(b'0');
            }
        }
        bytes
    }

    /// The same for a path.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};
        let bytes = path.as_os_str().to_owned().into_vec();
        OsString::from_vec(self.bytes(bytes)).into()
    }
}

/// The hash of a store path, as in `/nix/store/<hash>-<name>`; other paths have none.
fn hash(path: &Path) -> Option<&str> {
    let (hash, _) = path
        .strip_prefix("/nix/store")
        .ok()?
        .to_str()?
        .split_once('-')?;
    (hash.len() == DIGITS && hash.bytes().all(|digit| digit.is_ascii_alphanumeric()))
        .then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Layer, Spec};

    const HASH: &str = "qic9266paxnhnar06zvl9y35pgk88x55";

    fn detached(paths: &[&str]) -> Detached {
        Detached::of(&Spec {
            name: "test".into(),
            architecture: "amd64".into(),
            layers: vec![Layer {
                store_paths: paths.iter().map(Into::into).collect(),
                ..Layer::default()
            }],
            config: Default::default(),
        })
    }

    #[test]
    fn a_store_path_loses_its_hash_wherever_it_stands_and_bytes_keep_their_places() {
        let path = format!("/nix/store/{HASH}-runtime");
        let detached = detached(&[&path]);
        let program = format!("\u{7f}ELF{path}/lib:{path}/lib64\0rest").into_bytes();
        let zeros = "0".repeat(32);
        let expected = String::from_utf8(program.clone())
            .unwrap()
            .replace(HASH, &zeros);
        assert_eq!(detached.bytes(program), expected.into_bytes());
        let inside = Path::new(&path).join("lib/libc.so.6");
        let renamed = format!("/nix/store/{zeros}-runtime/lib/libc.so.6");
        assert_eq!(detached.path(&inside), Path::new(&renamed));
    }

    #[test]
    fn what_the_image_does_not_bring_stays() {
        let detached = detached(&["/nix/store/short-name", "/srv/tree"]);
        let other = format!("/nix/store/{HASH}-runtime");
        assert_eq!(detached.path(Path::new(&other)), Path::new(&other));
        assert_eq!(detached.bytes(b"short tree".to_vec()), b"short tree");
    }
}
