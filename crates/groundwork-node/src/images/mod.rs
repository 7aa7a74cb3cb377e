//! Brings the images of the stack and of services into containerd: only those that it lacks, straight from
//! their OCI layouts.

mod archive;
pub mod others;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    os::unix::{fs::OpenOptionsExt, net::UnixStream},
    path::PathBuf,
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

/// The label by which the kubelet keeps an image when it is out of disk and removes unused ones; its value
/// and that of containerd's CRI plugin.
const PIN: &str = "io.cri-containerd.pinned";
const PINNED: &str = "pinned";
/// How the images of every stack and service are called; others are not ours to let go.
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
    /// Those of services, by their names; each has the newest that was deployed.
    #[serde(default)]
    services: BTreeMap<String, Image>,
}

impl Wanted {
    /// The stack's in their order, then those of services. One whose layout has gone cannot be brought back.
    fn images(&self) -> Vec<Image> {
        let services = self.services.values().filter(|it| it.layout.exists());
        self.images.iter().chain(services).cloned().collect()
    }
}

/// Loads what is missing, in the stack's order, and returns how many that were. Afterwards their files
/// are on the disk.
pub fn load(state: &StateDir, stack: &Stack, report: &Report) -> Result<usize, Error> {
    let ctr = stack.program("ctr")?.into();
    change(state, report, |wanted| {
        Ok(Wanted {
            ctr,
            images: stack.images().cloned().collect(),
            services: wanted.map(|it| it.services).unwrap_or_default(),
        })
    })
}

/// Loads the image of a service, which is kept from then on as those of the stack are; `None` lets it go.
pub fn load_service(
    state: &StateDir,
    name: &str,
    image: Option<&Image>,
    report: &Report,
) -> Result<usize, Error> {
    change(state, report, |wanted| {
        let mut wanted = wanted.ok_or(Error::NoStack)?;
        match image {
            Some(image) => wanted.services.insert(name.into(), image.clone()),
            None => wanted.services.remove(name),
        };
        Ok(wanted)
    })
}

/// Changes what the node shall have, and loads what it lacks of that.
fn change(
    state: &StateDir,
    report: &Report,
    change: impl FnOnce(Option<Wanted>) -> Result<Wanted, Error>,
) -> Result<usize, Error> {
    let _lock = match lock(state, FlockOperation::NonBlockingLockExclusive)? {
        Some(lock) => Some(lock),
        None => {
            let detail = "waits for another that brings some in";
            report(Progress::new("images", Phase::Waiting, detail));
            lock(state, FlockOperation::LockExclusive)?
        }
    };
    let wanted = change(state::read_json(&state.images())?)?;
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
    if missing(&wanted.images(), &present).is_empty() {
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
    let images = wanted.images();
    let missing = missing(&images, &present);
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
        import(&ctr, image)?;
    }
    if !unsynced.digests.is_empty() {
        let folder = state.path("containerd");
        File::open(&folder)
            .and_then(|folder| Ok(syncfs(folder)?))
            .map_err(at("bring to the disk", folder))?;
    }
    state::remove(&note)?;
    pin(&ctr, &images)?;
    progress(Phase::Ready, format!("{} loaded", missing.len()));
    Ok(missing.len())
}

/// Sends the blobs that containerd lacks; and all of them should it lose one meanwhile, to its own collector.
fn import(ctr: &Command, image: &Image) -> Result<(), Error> {
    let present = ctr.clone().args(["content", "ls", "-q"]).read()?;
    let send = |present: &BTreeSet<&str>| {
        ctr.clone()
            .args(["images", "import", "-"])
            .run_with_input(|input| archive::stream(image, present, input))
    };
    if send(&present.lines().collect()).is_err() {
        send(&BTreeSet::new())?;
    }
    Ok(())
}

/// Pins the wanted images, which could not be had again without an `up` or `deploy`, and lets earlier ones go.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn image(layout: impl Into<PathBuf>) -> Image {
        Image {
            name: "hello".into(),
            reference: "groundwork.local/hello:1".into(),
            digest: "sha256:1".into(),
            layout: layout.into(),
        }
    }

    #[test]
    fn a_service_s_image_is_wanted_as_long_as_its_layout_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            ctr: "/ctr".into(),
            images: vec![],
            services: BTreeMap::from([
                ("gone".into(), image("/no/such/layout")),
                ("here".into(), image(folder.path())),
            ]),
        };
        assert_eq!(wanted.images(), [image(folder.path())]);
    }

    #[test]
    fn only_what_containerd_lacks_is_loaded() {
        let images = [image("/x")];
        assert_eq!(missing(&images, "").len(), 1);
        assert!(missing(&images, "a:1\ngroundwork.local/hello:1\n").is_empty());
        assert_eq!(missing(&images, "groundwork.local/hello:12").len(), 1);
    }

    #[test]
    fn the_stack_s_images_are_pinned_and_those_of_earlier_ones_released() {
        let images = [image("/x")];
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
}
