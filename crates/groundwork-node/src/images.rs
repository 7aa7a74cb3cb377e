//! Brings the stack's images into containerd: only those that it lacks, straight from their OCI
//! layouts.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use groundwork_exec::Command;
use groundwork_stack::{Image, Phase, Progress, Report, Stack};

use crate::{error::Error, state::StateDir};

/// The name by which containerd takes an image of a layout.
const NAME_ANNOTATION: &str = "io.containerd.image.name";

/// Loads what is missing, in the stack's order, and returns how many that were.
pub fn load(state: &StateDir, stack: &Stack, report: &Report) -> Result<usize, Error> {
    let progress = |phase, detail: String| report(Progress::new("images", phase, detail));
    let ctr = ctr(state, stack)?;
    let present = ctr.clone().args(["images", "ls", "-q"]).read()?;
    let missing = missing(&stack.images, &present);
    for (number, image) in missing.iter().enumerate() {
        progress(
            Phase::Starting,
            format!("{}/{} {}", number + 1, missing.len(), image.name),
        );
        ctr.clone()
            .args(["images", "import", "-"])
            .run_with_input(|input| stream(image, input))?;
    }
    progress(Phase::Ready, format!("{} loaded", missing.len()));
    Ok(missing.len())
}

fn ctr(state: &StateDir, stack: &Stack) -> Result<Command, Error> {
    Ok(Command::new(stack.program("ctr")?)
        .arg("--address")
        .arg(state.containerd_socket())
        .args(["--namespace", "k8s.io"]))
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
    // NB: containerd passes over every member that is no plain file, without a word. A blob with holes
    // on this disk would otherwise be a member of the kind GNU sparse.
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
    use std::fs;

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
