//! What is said of images, by whom.

use oci_spec::image::MediaType;
use serde_json::{Value, json};

use crate::{
    Error, Repository,
    bundle::Bundle,
    image::Pushed,
    key::{PrivateKey, PublicKey},
    statement::{SIGNATURE, Statement},
};

/// One thing that is said of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Attestation {
    /// What kind of thing: [`SIGNATURE`], [`PROVENANCE`](crate::PROVENANCE), [`CYCLONEDX`](crate::CYCLONEDX), …
    pub predicate_type: String,
    /// What is said, in that kind's own form.
    pub predicate: Value,
}

impl Attestation {
    /// That the one with the key stands for the image.
    #[must_use]
    pub fn signature() -> Self {
        Self {
            predicate_type: SIGNATURE.into(),
            predicate: json!({}),
        }
    }
}

/// What holds of an image by one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Attested {
    /// Digest of the image's manifest, `sha256:<hex>`.
    pub digest: String,
    /// What is said, as it is listed.
    pub attestations: Vec<Attestation>,
    /// How much else is attached, which is not signed with this key or is about another image.
    pub others: usize,
}

impl Repository {
    /// Says `attestations` of an image, each signed and attached; returns how many had not been said with this key.
    ///
    /// # Errors
    /// When the registry does not take them.
    pub async fn attest(
        &self,
        image: &Pushed,
        attestations: &[Attestation],
        key: &PrivateKey,
    ) -> Result<usize, Error> {
        let digest = image.digest();
        let said = self.attested(&digest, &key.public()).await?.attestations;
        let mut new = 0;
        for attestation in attestations.iter().filter(|it| !said.contains(it)) {
            let statement = Statement::new(
                &self.name(),
                &digest,
                &attestation.predicate_type,
                attestation.predicate.clone(),
            );
            let bundle = Bundle::signed(&statement, key)?;
            self.attach(&image.manifest, &bundle, &attestation.predicate_type)
                .await?;
            new += 1;
        }
        Ok(new)
    }

    /// What the one with `key` says of the image that this place names by its digest or tag.
    ///
    /// # Errors
    /// [`Error::NotThere`]; [`Error::NotSigned`] when that one does not stand for it.
    pub async fn verified(&self, key: &PublicKey) -> Result<Attested, Error> {
        let place = self.place();
        let name = place.digest().or(place.tag()).unwrap_or("latest");
        let types = [MediaType::ImageManifest, MediaType::ImageIndex];
        let found = self.manifest(name, &types).await?;
        let found = found.ok_or_else(|| self.not_there(format!("image '{name}'")))?;
        let attested = self.attested(&found.digest, key).await?;
        let mut said = attested.attestations.iter();
        if !said.any(|it| it.predicate_type == SIGNATURE) {
            return Err(Error::NotSigned {
                image: format!("{}@{}", self.name(), attested.digest),
                others: match attested.others {
                    0 => String::new(),
                    others => format!("; {others} of what is attached is another's"),
                },
            });
        }
        Ok(attested)
    }

    async fn attested(&self, digest: &str, key: &PublicKey) -> Result<Attested, Error> {
        let mut attested = Attested {
            digest: digest.into(),
            attestations: Vec::new(),
            others: 0,
        };
        for bundle in self.bundles(digest).await? {
            match Bundle::verified(&bundle, key) {
                // NB: a signature that is another image's proves nothing of this one.
                Some(statement) if statement.is_about(digest) => {
                    attested.attestations.push(Attestation {
                        predicate_type: statement.predicate_type,
                        predicate: statement.predicate,
                    });
                }
                _ => attested.others += 1,
            }
        }
        Ok(attested)
    }
}
