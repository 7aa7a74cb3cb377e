//! An image as containerd imports it: a tar archive of its layout.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
};

use groundwork_contract::Image;

/// The name by which containerd takes an image of a layout.
const NAME_ANNOTATION: &str = "io.containerd.image.name";

/// The blobs' folder in a layout, and in the archive.
const BLOBS: &str = "blobs/sha256";

/// Writes the layout as a tar archive whose index names the image, without the blobs `present`, by their digests.
pub fn stream(image: &Image, present: &BTreeSet<&str>, output: File) -> io::Result<()> {
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
    for blob in fs::read_dir(image.layout.join(BLOBS))? {
        let blob = blob?;
        let name = blob.file_name();
        let name = name.to_string_lossy();
        if !present.contains(&*format!("sha256:{name}")) {
            archive.append_path_with_name(blob.path(), format!("{BLOBS}/{name}"))?;
        }
    }
    archive.into_inner()?.flush()
}

fn named_index(image: &Image) -> io::Result<Vec<u8>> {
    let text = fs::read(image.layout.join("index.json"))?;
    let mut index: serde_json::Value = serde_json::from_slice(&text)?;
    for manifest in index["manifests"].as_array_mut().into_iter().flatten() {
        manifest["annotations"][NAME_ANNOTATION] = image.reference.clone().into();
    }
    Ok(serde_json::to_vec(&index)?)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn image(layout: &Path) -> Image {
        Image {
            name: "hello".into(),
            reference: "groundwork.local/hello:1".into(),
            digest: "sha256:1".into(),
            layout: layout.into(),
        }
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
    fn archived(layout: &Path) -> PathBuf {
        let archive = layout.join("archive.tar");
        stream(
            &image(layout),
            &BTreeSet::new(),
            File::create(&archive).unwrap(),
        )
        .unwrap();
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

    #[test]
    fn a_blob_that_containerd_has_is_not_sent_again() {
        let folder = layout(b"blob");
        let archive = folder.path().join("archive.tar");
        let present = BTreeSet::from(["sha256:ab"]);
        stream(
            &image(folder.path()),
            &present,
            File::create(&archive).unwrap(),
        )
        .unwrap();
        let mut read = tar::Archive::new(File::open(&archive).unwrap());
        let names = read
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().into_owned());
        let names: Vec<_> = names.collect();
        assert_eq!(
            names,
            [PathBuf::from("oci-layout"), PathBuf::from("index.json")]
        );
    }
}
