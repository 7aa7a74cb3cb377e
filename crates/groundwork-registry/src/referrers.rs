//! What is attached to an image: manifests whose subject it is.
//!
//! A registry that has no call for them has an index under a tag made of the subject's digest, which its clients write.

use oci_spec::image::{
    Descriptor, DescriptorBuilder, Digest, ImageIndex, ImageIndexBuilder, ImageManifest,
    ImageManifestBuilder, MediaType, SCHEMA_VERSION,
};

use crate::{
    Error, Repository,
    bundle::{BUNDLE, Bundle},
    repository::digest_of,
};

/// What stands where a configuration would: the specification's empty descriptor.
const EMPTY: &[u8] = b"{}";
/// A bundle has at most so many bytes: the largest bill of materials has a hundredth of it.
const BUNDLE_BYTES: usize = 64 << 20;
/// What cosign writes of a bundle into its manifest.
const CONTENT: &str = "dev.sigstore.bundle.content";
const PREDICATE_TYPE: &str = "dev.sigstore.bundle.predicateType";

impl Repository {
    /// Attaches a bundle to `subject`.
    pub(crate) async fn attach(
        &self,
        subject: &Descriptor,
        bundle: &Bundle,
        predicate_type: &str,
    ) -> Result<(), Error> {
        let text = serde_json::to_vec(bundle).map_err(Error::json("a bundle"))?;
        let layer = self.push_bytes(&text).await?;
        let empty = self.push_bytes(EMPTY).await?;
        let annotations = [
            (CONTENT.to_owned(), "dsse-envelope".to_owned()),
            (PREDICATE_TYPE.to_owned(), predicate_type.to_owned()),
        ];
        let manifest = ImageManifestBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageManifest)
            .artifact_type(MediaType::from(BUNDLE))
            .config(descriptor(MediaType::EmptyJSON, &empty, EMPTY.len())?)
            .layers([descriptor(MediaType::from(BUNDLE), &layer, text.len())?])
            .subject(subject.clone())
            .annotations(annotations.clone())
            .build()
            .map_err(|_| Error::document("a bundle's manifest", "is not whole"))?;
        let bytes = serde_json::to_vec(&manifest).map_err(Error::json("a manifest"))?;
        let digest = digest_of(&bytes);
        let listed = self
            .push_manifest(&digest, &MediaType::ImageManifest, &bytes)
            .await?;
        if listed {
            return Ok(());
        }
        let mut entry = descriptor(MediaType::ImageManifest, &digest, bytes.len())?;
        entry.set_artifact_type(Some(MediaType::from(BUNDLE)));
        entry.set_annotations(Some(annotations.into()));
        self.list_under(subject.digest(), entry).await
    }

    /// The texts of the bundles that are attached to the image `digest`.
    pub(crate) async fn bundles(&self, digest: &str) -> Result<Vec<Vec<u8>>, Error> {
        let index = match self.referrers(digest).await? {
            Some(text) => index(&text)?,
            None => match self
                .manifest(&tag(digest), &[MediaType::ImageIndex])
                .await?
            {
                Some(found) => index(&found.bytes)?,
                None => return Ok(Vec::new()),
            },
        };
        let mut bundles = Vec::new();
        for entry in index.manifests() {
            if entry.artifact_type().as_ref() != Some(&MediaType::from(BUNDLE)) {
                continue;
            }
            let name = entry.digest().to_string();
            let found = self.manifest(&name, &[MediaType::ImageManifest]).await?;
            let found = found.ok_or_else(|| self.not_there(name))?;
            let manifest: ImageManifest =
                serde_json::from_slice(&found.bytes).map_err(Error::json("a manifest"))?;
            for layer in manifest.layers() {
                let name = layer.digest().to_string();
                bundles.push(self.blob(&name, BUNDLE_BYTES).await?);
            }
        }
        Ok(bundles)
    }

    /// Adds an entry to the index that stands in for the call.
    async fn list_under(&self, subject: &Digest, entry: Descriptor) -> Result<(), Error> {
        let tag = tag(subject.as_ref());
        let found = self.manifest(&tag, &[MediaType::ImageIndex]).await?;
        let mut entries = match found {
            Some(found) => index(&found.bytes)?.manifests().clone(),
            None => Vec::new(),
        };
        entries.push(entry);
        let index = ImageIndexBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageIndex)
            .manifests(entries)
            .build()
            .map_err(|_| Error::document("an index", "is not whole"))?;
        let bytes = serde_json::to_vec(&index).map_err(Error::json("an index"))?;
        self.push_manifest(&tag, &MediaType::ImageIndex, &bytes)
            .await
            .map(drop)
    }
}

/// The tag that the specification gives to the list of an image's referrers.
fn tag(digest: &str) -> String {
    digest.replace(':', "-")
}

fn index(text: &[u8]) -> Result<ImageIndex, Error> {
    serde_json::from_slice(text).map_err(Error::json("a list of referrers"))
}

/// What names bytes of that media type.
pub(crate) fn descriptor(
    media_type: MediaType,
    digest: &str,
    size: usize,
) -> Result<Descriptor, Error> {
    let wrong = |_| Error::document(digest, "is no digest");
    let digest: Digest = digest.parse().map_err(wrong)?;
    DescriptorBuilder::default()
        .media_type(media_type)
        .digest(digest)
        .size(size as u64)
        .build()
        .map_err(|_| Error::document("a descriptor", "is not whole"))
}
