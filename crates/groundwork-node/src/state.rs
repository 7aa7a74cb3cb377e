//! Where the node keeps its files. It knows paths and how to write a file whole; the contents are
//! owned by the modules that write them.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, at};

/// What does not outlive a reboot: sockets, records of running processes, containerd's bundles.
/// Fixed and short, because a Unix socket's path has at most 107 bytes; one node for each machine.
const RUN: &str = "/run/groundwork";

/// The format of the state directory that this release reads and writes.
pub const FORMAT: &str = "1";
/// What may be in a state directory before it is one: the launcher's lock, and what an `up` that is
/// cut off at once leaves.
pub const BEGINNING: [&str; 4] = ["up.lock", "receipt.json", "receipt.new", "version.new"];

/// The directory that holds everything that outlives a reboot, and the paths of what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// The state directory at `root`, an absolute path. Nothing is created.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// A file or folder in it.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.join(relative)
    }

    /// One log file for each node process.
    pub fn logs(&self) -> PathBuf {
        self.path("logs")
    }

    /// The log of node process `name`.
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}.log"))
    }

    /// The logs of the pods' containers, as the kubelet lays them out.
    pub fn pod_logs(&self) -> PathBuf {
        self.path("pod-logs")
    }

    /// Pods' persistent volumes.
    pub fn volumes(&self) -> PathBuf {
        self.path("volumes")
    }

    /// What objects name instead of folders in here, wherever those are: each link and where it
    /// leads.
    pub fn links(&self) -> [(PathBuf, PathBuf); 3] {
        let link = |name| self.run().join(name);
        [
            (link("volumes"), self.volumes()),
            (link("logs"), self.logs()),
            (link("pod-logs"), self.pod_logs()),
        ]
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> PathBuf {
        self.path("kubeconfig")
    }

    /// Certificates and keys.
    pub fn pki(&self) -> PathBuf {
        self.path("pki")
    }

    /// Configuration files of the node processes.
    pub fn configs(&self) -> PathBuf {
        self.path("config")
    }

    /// The machine's name servers, as the kubelet gives them to pods of the policy `Default`.
    pub fn resolv_conf(&self) -> PathBuf {
        self.configs().join("resolv.conf")
    }

    /// What has been done to this machine, so that it can be undone.
    pub fn receipt(&self) -> PathBuf {
        self.path("receipt.json")
    }

    /// A copy of the receipt, for when the state directory is lost while the node runs.
    pub fn receipt_copy(&self) -> PathBuf {
        self.run().join("receipt.json")
    }

    /// The processes that shall run.
    pub fn specs(&self) -> PathBuf {
        self.path("processes.json")
    }

    /// The images that the last `up` has brought in.
    pub fn images(&self) -> PathBuf {
        self.path("images.json")
    }

    /// Held while images are brought in.
    pub fn images_lock(&self) -> PathBuf {
        self.run().join("images.lock")
    }

    /// The images whose files may not be on the disk yet; there until an `up` has brought them to it.
    pub fn unsynced_images(&self) -> PathBuf {
        self.path("unsynced-images.json")
    }

    /// There from an `up` until a `down`, so that a reboot in between can be told.
    pub fn wanted(&self) -> PathBuf {
        self.path("wanted")
    }

    /// The format of this directory.
    pub fn version(&self) -> PathBuf {
        self.path("version")
    }

    /// What does not outlive a reboot.
    pub fn run(&self) -> PathBuf {
        RUN.into()
    }

    /// The machine's name servers, as the cluster's DNS reads them; its pod mounts the file.
    pub fn name_servers(&self) -> PathBuf {
        self.run().join("name-servers")
    }

    /// What the supervisor measures, as node-exporter reads it; its pod mounts the file.
    pub fn metrics(&self) -> PathBuf {
        self.run().join("metrics")
    }

    /// The networks of the pods that run, one file each, as containerd's CRI plugin keeps them.
    pub fn pod_networks(&self) -> PathBuf {
        self.run()
            .join("containerd/io.containerd.grpc.v1.cri/netns")
    }

    /// Names the state directory whose node runs on this machine.
    pub fn owner_file(&self) -> PathBuf {
        self.run().join("owner")
    }

    /// One record for each running node process.
    pub fn records(&self) -> PathBuf {
        self.run().join("processes")
    }

    /// Where the supervisor answers.
    pub fn supervisor_socket(&self) -> PathBuf {
        self.run().join("supervisor.sock")
    }

    /// Held by the supervisor as long as it lives.
    pub fn supervisor_lock(&self) -> PathBuf {
        self.run().join("supervisor.lock")
    }

    /// Where etcd answers; for root alone.
    pub fn etcd_sockets(&self) -> PathBuf {
        self.run().join("etcd")
    }

    /// Where etcd listens: for its `client`s, or for the `peer`s that it insists on.
    pub fn etcd_url(&self, whom: &str) -> String {
        format!("unix://{}", self.etcd_sockets().join(whom).display())
    }

    /// Where the network controller takes connections as long as all is well.
    pub fn network_controller_socket(&self) -> PathBuf {
        self.run().join("network-controller.sock")
    }

    /// Addresses of the pods that `NetworkPolicies` select, one a line.
    pub fn isolated_pods(&self) -> PathBuf {
        self.run().join("isolated-pods")
    }

    /// Where containerd answers.
    pub fn containerd_socket(&self) -> PathBuf {
        self.run().join("containerd.sock")
    }

    /// The state directory whose node this machine runs, if any.
    ///
    /// # Errors
    /// [`Error::File`] when the note exists and cannot be read.
    pub fn owner(&self) -> Result<Option<PathBuf>, Error> {
        let file = self.owner_file();
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text.trim_end().into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at("read", file)(error)),
        }
    }

    /// Whether the node that this machine runs, if any, is this one.
    ///
    /// # Errors
    /// As [`owner`](Self::owner).
    pub fn is_owner(&self) -> Result<bool, Error> {
        Ok(self.owner()?.as_deref() == Some(self.root()))
    }

    /// Refuses a directory that another release wrote.
    ///
    /// # Errors
    /// [`Error::StateFormat`] when it has another format.
    pub fn check_format(&self) -> Result<(), Error> {
        match fs::read_to_string(self.version()) {
            Ok(found) if found.trim_end() != FORMAT => Err(Error::StateFormat {
                path: self.0.clone(),
                found: found.trim_end().into(),
                expected: FORMAT,
            }),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(at("read", self.version())(error)),
        }
    }
}

/// Creates `path` and its parents; new ones are for root alone.
pub(crate) fn create_dir(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at("create", path))
}

/// Creates `path` with the permissions `mode`, or gives it them; its parent is there.
pub(crate) fn create_open_dir(path: &Path, mode: u32) -> Result<(), Error> {
    let made = match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // NB: the mode alone is subject to the person's umask.
        _ => fs::set_permissions(path, Permissions::from_mode(mode)),
    };
    made.map_err(at("create", path))
}

/// Writes `path` whole or not at all, readable for root alone.
pub(crate) fn write(path: &Path, content: &str) -> Result<(), Error> {
    write_as(path, content, 0o600)
}

/// Writes `path` whole or not at all, readable for everybody who may look into its folder.
pub(crate) fn write_open(path: &Path, content: &str) -> Result<(), Error> {
    write_as(path, content, 0o644)
}

fn write_as(path: &Path, content: &str, mode: u32) -> Result<(), Error> {
    let new = path.with_extension("new");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| {
            file.set_permissions(Permissions::from_mode(mode))?;
            file.write_all(content.as_bytes())?;
            file.sync_data()
        })
        .and_then(|()| fs::rename(&new, path))
        // Without that a power cut may bring the old file back.
        .and_then(|()| fs::File::open(path.parent().unwrap_or(path))?.sync_all());
    written.map_err(at("write", path))
}

/// Writes `value` as JSON.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value).map_err(|source| Error::Damaged {
        path: path.into(),
        source,
    })?;
    write(path, &text)
}

/// Reads JSON; `None` when there is no such file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at("read", path)(error)),
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|source| Error::Damaged {
            path: path.into(),
            source,
        })
}

/// Removes a file, or a folder with all that is in it, if it exists.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    let removed = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("remove", path)(error)),
        _ => Ok(()),
    }
}

/// The last `lines` lines of a file; empty when it cannot be read.
pub(crate) fn tail(path: &Path, lines: usize) -> String {
    /// Enough for some twenty of a log's longest usual lines.
    const BYTES: u64 = 16 << 10;
    let read = || -> io::Result<String> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = fs::File::open(path)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(BYTES)))?;
        let mut bytes = Vec::new();
        file.take(BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use groundwork_process::error::Remedy as _;

    use super::*;

    #[test]
    fn another_format_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        state.check_format().unwrap();
        write(&state.version(), "0\n").unwrap();
        let error = state.check_format().unwrap_err();
        assert!(matches!(&error, Error::StateFormat { found, .. } if found == "0"));
        assert!(error.hint().unwrap().contains("destroy"));
    }

    #[test]
    fn objects_find_volumes_and_logs_under_fixed_names() {
        let links = StateDir::new("/state").links();
        let shown = links.map(|(link, target)| format!("{} {}", link.display(), target.display()));
        assert_eq!(
            shown,
            [
                "/run/groundwork/volumes /state/volumes",
                "/run/groundwork/logs /state/logs",
                "/run/groundwork/pod-logs /state/pod-logs",
            ]
        );
    }

    #[test]
    fn a_file_is_for_root_alone_from_its_first_byte() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        write(&file, "x").unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn removing_what_is_not_there_is_no_error() {
        remove(Path::new("/no/such/thing")).unwrap();
    }

    #[test]
    fn the_end_of_a_log_is_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        fs::write(&file, "a\nb\nc\n").unwrap();
        assert_eq!(tail(&file, 2), "b\nc");
    }
}
