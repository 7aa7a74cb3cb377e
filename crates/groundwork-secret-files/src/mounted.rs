//! A secret that is looked for at each use.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    Secret,
    look::{Stamp, look},
};

/// A secret that cannot be used now.
#[derive(Debug, thiserror::Error)]
pub enum NotThere {
    /// Its folder has no file, or there is none.
    #[error("there is no secret in {} yet", .0.display())]
    Yet(PathBuf),
    /// Its files cannot be read.
    #[error("cannot read the secret in {}", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        #[source]
        /// What the system says.
        source: io::Error,
    },
}

/// A secret in a folder, of which each use has the version of that moment. A look costs one `readlink` as long as the
/// version is the one before.
#[derive(Debug)]
pub struct SecretFiles {
    folder: PathBuf,
    known: Mutex<Option<(Stamp, Option<Arc<Secret>>)>>,
}

impl SecretFiles {
    /// The one in `folder`, which may come later.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            known: Mutex::default(),
        }
    }

    /// Where it is looked for.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The current version.
    ///
    /// # Errors
    /// [`NotThere`].
    pub fn current(&self) -> Result<Arc<Secret>, NotThere> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = known.as_ref().map(|(stamp, _)| stamp);
        let new = look(&self.folder, stamp).map_err(|source| NotThere::Unreadable {
            folder: self.folder.clone(),
            source,
        })?;
        if let Some((stamp, secret)) = new {
            *known = Some((stamp, secret.map(Arc::new)));
        }
        let secret = known.as_ref().and_then(|(_, secret)| secret.clone());
        secret.ok_or_else(|| NotThere::Yet(self.folder.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_use_has_the_version_of_that_moment_and_none_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let secret = SecretFiles::new(folder.path().join("token"));
        let wanted = format!("there is no secret in {} yet", secret.folder().display());
        assert_eq!(secret.current().unwrap_err().to_string(), wanted);
        fs::create_dir(secret.folder()).unwrap();
        for version in ["one", "two"] {
            let files = secret.folder().join(format!("..{version}"));
            fs::create_dir(&files).unwrap();
            fs::write(files.join("token"), version).unwrap();
            symlink(files.file_name().unwrap(), secret.folder().join("new")).unwrap();
            fs::rename(secret.folder().join("new"), secret.folder().join("..data")).unwrap();
            let current = secret.current().unwrap();
            assert_eq!(current.version(), version);
            assert!(current.field("token").unwrap().matches(version.as_bytes()));
            assert!(Arc::ptr_eq(&current, &secret.current().unwrap()));
        }
        fs::remove_dir_all(secret.folder()).unwrap();
        assert_eq!(secret.current().unwrap_err().to_string(), wanted);
    }
}
