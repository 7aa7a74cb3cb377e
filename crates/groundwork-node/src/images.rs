//! Brings the stack's images into containerd: only those that it lacks, straight from their OCI
//! layouts.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::{fs::OpenOptionsExt, net::UnixStream},
    path::{Path, PathBuf},
};

use groundwork_contract::{Image, Phase, Progress, Report, Stack};
use groundwork_process::exec::Command;
use rustix::{
    fs::{FlockOperation, flock, syncfs},
    io::Errno,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, at, system},
    state::{self, StateDir},
};

/// The name by which containerd takes an image of a layout.
const NAME_ANNOTATION: &str = "io.containerd.image.name";

/// The label by which the kubelet keeps an image when it is out of disk and removes unused ones; its value
/// and that of containerd's CRI plugin.
const PIN: &str = "io.cri-containerd.pinned";
const PINNED: &str = "pinned";
/// How the images of every stack are called; others are not ours to let go.
const OURS: &str = "groundwork.local/";

/// What tells one run of the kernel from the next.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The images whose unpacked files may be in the kernel's memory alone. containerd notes an image on the
/// disk as whole before its files are there. So a power cut can leave one with empty files for good.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Unsynced {
    /// The boot whose memory holds them.
    boot: String,
    digests: BTreeSet<String>,
}

impl Unsynced {
    /// Splits off what another boot left behind: its files may be lost.
    fn lost(&mut self, boot: &str) -> BTreeSet<String> {
        if self.boot == boot {
            return BTreeSet::new();
        }
        boot.clone_into(&mut self.boot);
        std::mem::take(&mut self.digests)
    }
}

/// What the node shall have, and the program that brings it in.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wanted {
    ctr: PathBuf,
    images: Vec<Image>,
}

/// Loads what is missing, in the stack's order, and returns how many that were. Afterwards their files
/// are on the disk.
pub fn load(state: &StateDir, stack: &Stack, report: &Report) -> Result<usize, Error> {
    let wanted = Wanted {
        ctr: stack.program("ctr")?.into(),
        images: stack.images().cloned().collect(),
    };
    let _lock = match lock(state, FlockOperation::NonBlockingLockExclusive)? {
        Some(lock) => Some(lock),
        None => {
            let detail = "waits for the supervisor, which brings some back";
            report(Progress::new("images", Phase::Waiting, detail));
            lock(state, FlockOperation::LockExclusive)?
        }
    };
    let loaded = bring(state, &wanted, report)?;
    state::write_json(&state.images(), &wanted)?;
    Ok(loaded)
}

/// Loads what has gone since the last `up`, and returns how many images that were: a pin keeps collectors
/// away, and no person.
pub fn restore(state: &StateDir) -> Result<usize, Error> {
    let Some(wanted) = state::read_json::<Wanted>(&state.images())? else {
        return Ok(0);
    };
    if UnixStream::connect(state.containerd_socket()).is_err() {
        return Ok(0);
    }
    // While the lock is held, an `up` loads images.
    let Some(_lock) = lock(state, FlockOperation::NonBlockingLockExclusive)? else {
        return Ok(0);
    };
    let present = ctr(state, &wanted).args(["images", "ls", "-q"]).read()?;
    if missing(&wanted.images, &present).is_empty() {
        return Ok(0);
    }
    bring(state, &wanted, &|_| {})
}

/// Only one brings images in at a time; the system frees the lock however its holder ends. `None` when another
/// holds it and the operation does not wait.
fn lock(state: &StateDir, operation: FlockOperation) -> Result<Option<File>, Error> {
    let path = state.images_lock();
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(at("open", &path))?;
    match flock(&file, operation) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(system("lock the images")(error)),
    }
}

fn bring(state: &StateDir, wanted: &Wanted, report: &Report) -> Result<usize, Error> {
    let progress = |phase, detail: String| report(Progress::new("images", phase, detail));
    let ctr = ctr(state, wanted);
    let note = state.unsynced_images();
    let mut unsynced: Unsynced = state::read_json(&note)?.unwrap_or_default();
    let boot = fs::read_to_string(BOOT_ID).map_err(at("read", BOOT_ID))?;
    let lost = unsynced.lost(boot.trim_end());
    if !lost.is_empty() {
        remove(&ctr, &lost)?;
    }
    let present = ctr.clone().args(["images", "ls", "-q"]).read()?;
    let missing = missing(&wanted.images, &present);
    unsynced
        .digests
        .extend(missing.iter().map(|image| image.digest.clone()));
    if !unsynced.digests.is_empty() {
        state::write_json(&note, &unsynced)?;
    }
    for (number, image) in missing.iter().enumerate() {
        progress(
            Phase::Starting,
            format!("{}/{} {}", number + 1, missing.len(), image.name),
        );
        ctr.clone()
            .args(["images", "import", "-"])
            .run_with_input(|input| stream(image, input))?;
    }
    if !unsynced.digests.is_empty() {
        let folder = state.path("containerd");
        File::open(&folder)
            .and_then(|folder| Ok(syncfs(folder)?))
            .map_err(at("bring to the disk", folder))?;
    }
    state::remove(&note)?;
    pin(&ctr, &wanted.images)?;
    progress(Phase::Ready, format!("{} loaded", missing.len()));
    Ok(missing.len())
}

/// Pins the images of the stack, which could not be had again without an `up`, and lets those of earlier ones
/// go.
fn pin(ctr: &Command, images: &[Image]) -> Result<(), Error> {
    let filter = format!("labels.\"{PIN}\"=={PINNED}");
    let pinned = ctr.clone().args(["images", "ls", "-q", &filter]).read()?;
    let (pin, release) = to_pin(images, &pinned);
    let label = |name: &str, value: &str| {
        let label = format!("{PIN}={value}");
        ctr.clone().args(["images", "label", name, &label]).run()
    };
    for name in pin {
        label(name, PINNED)?;
    }
    for name in release {
        // No value: no label.
        label(name, "")?;
    }
    Ok(())
}

/// Which images to pin and which to release, by the names of those that are `pinned`.
fn to_pin<'a>(images: &'a [Image], pinned: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let pinned: BTreeSet<&str> = pinned.lines().collect();
    let wanted: BTreeSet<&str> = images.iter().map(|image| &*image.reference).collect();
    let earlier = pinned
        .difference(&wanted)
        .filter(|name| name.starts_with(OURS));
    (
        wanted.difference(&pinned).copied().collect(),
        earlier.copied().collect(),
    )
}

/// Removes the images with the manifests `digests`, their layers unless a container stands on them, and what
/// imports that were cut off hold on to. containerd would go on with half a blob without a look at what is in
/// it, and pass over a layer that it has.
fn remove(ctr: &Command, digests: &BTreeSet<String>) -> Result<(), Error> {
    let remove = |kind: &str, filters: Vec<String>| -> Result<(), Error> {
        let names = ctr.clone().args([kind, "ls", "-q"]).args(filters).read()?;
        if !names.is_empty() {
            let remove = ctr.clone().args([kind, "rm", "--sync"]);
            remove.args(names.lines()).run()?;
        }
        Ok(())
    };
    let manifest = |digest| format!("target.digest=={digest}");
    // The kubelet has a name of its own for each image.
    remove("images", digests.iter().map(manifest).collect())?;
    // What expires belongs to an import or a pull; a pod's lease does not.
    remove("leases", vec![r#"labels."containerd.io/gc.expire""#.into()])
}

fn ctr(state: &StateDir, wanted: &Wanted) -> Command {
    Command::new(&wanted.ctr)
        .arg("--address")
        .arg(state.containerd_socket())
        .args(["--namespace", "k8s.io"])
}

/// A tag is made from the content, so an image of the same name is the same image.
fn missing<'a>(images: &'a [Image], present: &str) -> Vec<&'a Image> {
    let present: BTreeSet<&str> = present.lines().collect();
    images
        .iter()
        .filter(|image| !present.contains(image.reference.as_str()))
        .collect()
}

/// Writes the layout as a tar archive whose index names the image.
fn stream(image: &Image, output: File) -> io::Result<()> {
    // A pipe takes 64 KiB at a time.
    let mut archive = tar::Builder::new(BufWriter::with_capacity(1 << 16, output));
    // NB: containerd silently skips every member other than a plain file. A blob with holes on this
    // disk would otherwise be a member of the kind GNU sparse.
    archive.sparse(false);
    archive.append_path_with_name(image.layout.join("oci-layout"), "oci-layout")?;
    let index = named_index(image)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(index.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    archive.append_data(&mut header, "index.json", index.as_slice())?;
    append_folder(&mut archive, &image.layout.join("blobs"))?;
    archive.into_inner()?.flush()
}

/// `append_dir_all` would follow the order of the file system; the order does not matter here, only
/// that links of a store are followed.
fn append_folder(archive: &mut tar::Builder<impl Write>, folder: &Path) -> io::Result<()> {
    archive.follow_symlinks(true);
    archive.append_dir_all("blobs", folder)
}

fn named_index(image: &Image) -> io::Result<Vec<u8>> {
    let text = std::fs::read(image.layout.join("index.json"))?;
    let mut index: serde_json::Value = serde_json::from_slice(&text)?;
    for manifest in index["manifests"].as_array_mut().into_iter().flatten() {
        manifest["annotations"][NAME_ANNOTATION] = image.reference.clone().into();
    }
    Ok(serde_json::to_vec(&index)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(layout: &Path) -> Image {
        Image {
            name: "hello".into(),
            reference: "groundwork.local/hello:1".into(),
            digest: "sha256:1".into(),
            layout: layout.into(),
        }
    }

    #[test]
    fn only_what_containerd_lacks_is_loaded() {
        let images = [image(Path::new("/x"))];
        assert_eq!(missing(&images, "").len(), 1);
        assert!(missing(&images, "a:1\ngroundwork.local/hello:1\n").is_empty());
        assert_eq!(missing(&images, "groundwork.local/hello:12").len(), 1);
    }

    #[test]
    fn the_stack_s_images_are_pinned_and_those_of_earlier_ones_released() {
        let images = [image(Path::new("/x"))];
        let pinned = "groundwork.local/hello:0\nsha256:1\n";
        assert_eq!(
            to_pin(&images, pinned),
            (
                vec!["groundwork.local/hello:1"],
                vec!["groundwork.local/hello:0"]
            )
        );
        let done = "groundwork.local/hello:1";
        assert_eq!(to_pin(&images, done), (vec![], vec![]));
    }

    #[test]
    fn only_what_another_boot_left_is_lost() {
        let left = || Unsynced {
            boot: "a".into(),
            digests: BTreeSet::from(["sha256:1".into()]),
        };
        let mut unsynced = left();
        assert!(unsynced.lost("a").is_empty());
        assert_eq!(unsynced, left());
        assert_eq!(unsynced.lost("b"), left().digests);
        assert_eq!((unsynced.boot.as_str(), unsynced.digests.len()), ("b", 0));
    }

    /// A layout with one blob, in a folder of its own.
    fn layout(blob: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let layout = folder.path();
        fs::create_dir_all(layout.join("blobs/sha256")).unwrap();
        fs::write(layout.join("oci-layout"), "{}").unwrap();
        fs::write(layout.join("index.json"), r#"{"manifests":[{"size":1}]}"#).unwrap();
        fs::write(layout.join("blobs/sha256/ab"), blob).unwrap();
        folder
    }

    /// Writes the archive of `layout` beside it.
    fn archived(layout: &Path) -> std::path::PathBuf {
        let archive = layout.join("archive.tar");
        stream(&image(layout), File::create(&archive).unwrap()).unwrap();
        archive
    }

    #[test]
    fn a_blob_with_holes_is_a_plain_file_of_the_archive() {
        const MEBIBYTE: u64 = 1 << 20;
        let folder = layout(b"begin");
        let path = folder.path().join("blobs/sha256/ab");
        let blob = File::options().append(true).open(&path).unwrap();
        blob.set_len(MEBIBYTE).unwrap();
        let mut read = tar::Archive::new(File::open(archived(folder.path())).unwrap());
        let entries: Vec<_> = read.entries().unwrap().map(Result::unwrap).collect();
        let blob = entries
            .iter()
            .find(|entry| entry.path().unwrap().ends_with("ab"))
            .unwrap();
        assert_eq!(blob.header().entry_type(), tar::EntryType::Regular);
        assert_eq!(blob.header().size().unwrap(), MEBIBYTE);
    }

    #[test]
    fn the_archive_names_the_image_and_has_every_blob() {
        let folder = layout(b"blob");
        let archive = archived(folder.path());
        let mut read = tar::Archive::new(File::open(&archive).unwrap());
        let mut names = BTreeSet::new();
        for entry in read.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().display().to_string();
            if name == "index.json" {
                let index: serde_json::Value = serde_json::from_reader(&mut entry).unwrap();
                let name = &index["manifests"][0]["annotations"][NAME_ANNOTATION];
                assert_eq!(name, "groundwork.local/hello:1");
            }
            names.insert(name);
        }
        assert!(names.contains("blobs/sha256/ab"), "{names:?}");
        assert!(names.contains("oci-layout"));
    }
}
