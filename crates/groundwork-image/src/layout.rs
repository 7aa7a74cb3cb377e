//! The OCI image layout on disk: blobs by their digest, the image's documents, and the small files
//! from which Nix learns the reference.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    str::FromStr as _,
};

use oci_spec::image::{
    Arch, ConfigBuilder, Descriptor, DescriptorBuilder, ImageConfigurationBuilder,
    ImageIndexBuilder, ImageManifestBuilder, MediaType, Os, RootFsBuilder, SCHEMA_VERSION,
    Sha256Digest,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Error, spec::Spec};

/// The part of a reference before the name: no registry, so that nothing can be pulled from it.
const HOST: &str = "groundwork.local";

/// How many hex digits of the manifest's digest make the tag.
const TAG_DIGITS: usize = 32;

/// What a finished image is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Digest of the image's manifest, `sha256:<hex>`.
    pub digest: String,
    /// The digest's first 32 hex digits.
    pub tag: String,
    /// `groundwork.local/<name>:<tag>`.
    pub reference: String,
}

/// A blob that is written already.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    hex: String,
    size: u64,
}

/// A layout's folder while it is being filled.
pub(crate) struct Layout {
    root: PathBuf,
    blobs: PathBuf,
}

impl Layout {
    /// Makes the folder, or takes it if it is empty.
    pub(crate) fn create(root: &Path) -> Result<Self, Error> {
        let blobs = root.join("blobs/sha256");
        fs::create_dir_all(root).map_err(Error::io("make", root))?;
        let mut present = fs::read_dir(root).map_err(Error::io("list", root))?;
        if present.next().is_some() {
            return Err(Error::NotEmpty(root.into()));
        }
        fs::create_dir_all(&blobs).map_err(Error::io("make", &blobs))?;
        Ok(Self {
            root: root.into(),
            blobs,
        })
    }

    /// Writes what `fill` produces under its own digest.
    pub(crate) fn blob(
        &self,
        fill: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<Blob, Error> {
        let unnamed = self.blobs.join("unnamed");
        let file = fs::File::create(&unnamed).map_err(Error::io("make", &unnamed))?;
        let mut writer = Hashing {
            inner: BufWriter::with_capacity(1 << 20, file),
            hash: Sha256::new(),
            size: 0,
        };
        fill(&mut writer)?;
        writer.flush().map_err(Error::io("write", &unnamed))?;
        let blob = Blob {
            hex: format!("{:x}", writer.hash.finalize()),
            size: writer.size,
        };
        let named = self.blobs.join(&blob.hex);
        fs::rename(&unnamed, &named).map_err(Error::io("rename", &unnamed))?;
        Ok(blob)
    }

    /// Writes the image's documents over `layers`, everything stamped `timestamp`.
    pub(crate) fn finish(
        self,
        spec: &Spec,
        layers: Vec<Blob>,
        timestamp: u32,
    ) -> Result<Built, Error> {
        let config = self.document(&configuration(spec, &layers, timestamp)?)?;
        let layers = layers
            .iter()
            .map(|layer| layer.descriptor(MediaType::ImageLayer))
            .collect::<Result<Vec<_>, _>>()?;
        let manifest = ImageManifestBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageManifest)
            .config(config.descriptor(MediaType::ImageConfig)?)
            .layers(layers)
            .build()?;
        let manifest = self.document(&manifest)?;

        let tag = manifest.hex[..TAG_DIGITS].to_owned();
        let built = Built {
            digest: format!("sha256:{}", manifest.hex),
            reference: format!("{HOST}/{}:{tag}", spec.name),
            tag,
        };
        let mut descriptor = manifest.descriptor(MediaType::ImageManifest)?;
        // containerd takes the name from the second; the first is the standard's own.
        descriptor.set_annotations(Some(
            [
                "org.opencontainers.image.ref.name",
                "io.containerd.image.name",
            ]
            .map(|key| (key.to_owned(), built.reference.clone()))
            .into(),
        ));
        let index = ImageIndexBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageIndex)
            .manifests([descriptor])
            .build()?;
        self.file("index.json", &canonical_json(&index)?)?;
        self.file("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        self.file("digest", built.digest.as_bytes())?;
        self.file("tag", built.tag.as_bytes())?;
        self.file("reference", built.reference.as_bytes())?;
        Ok(built)
    }

    fn document(&self, document: &impl Serialize) -> Result<Blob, Error> {
        let bytes = canonical_json(document)?;
        self.blob(|writer| {
            let failed = Error::io("write a document into", &self.blobs);
            writer.write_all(&bytes).map_err(failed)
        })
    }

    fn file(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let path = self.root.join(name);
        fs::write(&path, content).map_err(Error::io("write", path))
    }
}

impl Blob {
    fn descriptor(&self, media_type: MediaType) -> Result<Descriptor, Error> {
        Ok(DescriptorBuilder::default()
            .media_type(media_type)
            .digest(Sha256Digest::from_str(&self.hex)?)
            .size(self.size)
            .build()?)
    }
}

fn configuration(
    spec: &Spec,
    layers: &[Blob],
    timestamp: u32,
) -> Result<oci_spec::image::ImageConfiguration, Error> {
    let mut config = ConfigBuilder::default();
    if !spec.config.entrypoint.is_empty() {
        config = config.entrypoint(spec.config.entrypoint.clone());
    }
    if !spec.config.cmd.is_empty() {
        config = config.cmd(spec.config.cmd.clone());
    }
    if let Some(user) = &spec.config.user {
        config = config.user(user.clone());
    }
    if let Some(folder) = &spec.config.working_dir {
        config = config.working_dir(folder.clone());
    }
    if !spec.config.env.is_empty() {
        let variables = spec.config.env.iter();
        config = config.env(
            variables
                .map(|(k, v)| format!("{k}={v}"))
                .collect::<Vec<_>>(),
        );
    }
    if !spec.config.labels.is_empty() {
        config = config.labels(
            spec.config
                .labels
                .clone()
                .into_iter()
                .collect::<HashMap<_, _>>(),
        );
    }
    // Layers are not compressed, so their digests are those of their content, too.
    let contents = layers.iter().map(|layer| format!("sha256:{}", layer.hex));
    let root = RootFsBuilder::default()
        .typ("layers")
        .diff_ids(contents.collect::<Vec<_>>())
        .build()?;
    let created = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(timestamp.into());
    Ok(ImageConfigurationBuilder::default()
        .created(created.to_string())
        .architecture(Arch::from(spec.architecture.as_str()))
        .os(Os::Linux)
        .config(config.build()?)
        .rootfs(root)
        .build()?)
}

/// JSON with sorted keys: the standard's types hold hash maps, whose order changes from run to run.
fn canonical_json(document: &impl Serialize) -> Result<Vec<u8>, Error> {
    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(map) => {
                let map: BTreeMap<_, _> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
                Value::Object(map.into_iter().collect())
            }
            Value::Array(values) => values.into_iter().map(sorted).collect(),
            other => other,
        }
    }
    Ok(serde_json::to_vec(&sorted(serde_json::to_value(
        document,
    )?))?)
}

/// Passes bytes on, and counts and hashes them on the way.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
