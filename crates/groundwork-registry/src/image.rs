//! An image of an OCI layout, brought into a registry: only the blobs that it lacks.

use std::{fs, path::Path};

use oci_spec::image::{Descriptor, ImageManifest, MediaType};

use crate::{Error, Repository, referrers::descriptor, repository::digest_of};

/// An image that a registry has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Its manifest.
    pub(crate) manifest: Descriptor,
    /// How many of its blobs the registry lacked.
    pub new_blobs: usize,
}

impl Pushed {
    /// Digest of its manifest, `sha256:<hex>`.
    #[must_use]
    pub fn digest(&self) -> String {
        self.manifest.digest().to_string()
    }
}

impl Repository {
    /// Pushes the image `digest` of the OCI layout in a folder, and names it with `tag`.
    ///
    /// What the registry says it has is compared with what was sent, so that both are bit by bit the same.
    ///
    /// # Errors
    /// When the layout is not whole, or the registry does not take it.
    pub async fn push_image(
        &self,
        layout: &Path,
        digest: &str,
        tag: &str,
    ) -> Result<Pushed, Error> {
        let blob = |digest: &str| {
            let hex = digest.trim_start_matches("sha256:");
            layout.join("blobs/sha256").join(hex)
        };
        let file = blob(digest);
        let bytes = fs::read(&file).map_err(Error::io("read", &file))?;
        self.compared(&digest_of(&bytes), digest)?;
        let manifest: ImageManifest =
            serde_json::from_slice(&bytes).map_err(Error::json("an image's manifest"))?;
        let mut new_blobs = 0;
        for part in [manifest.config()].into_iter().chain(manifest.layers()) {
            let part = part.digest().to_string();
            if !self.has_blob(&part).await? {
                self.push_file(&part, &blob(&part)).await?;
                new_blobs += 1;
            }
        }
        let media_type = manifest.media_type().clone();
        let media_type = media_type.unwrap_or(MediaType::ImageManifest);
        for name in [digest, tag] {
            self.push_manifest(name, &media_type, &bytes).await?;
        }
        Ok(Pushed {
            manifest: descriptor(media_type, digest, bytes.len())?,
            new_blobs,
        })
    }
}
