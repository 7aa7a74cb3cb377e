//! What is said of an image: in-toto's statement, version 1.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// That somebody stands for the image, as cosign says it.
pub const SIGNATURE: &str = "https://sigstore.dev/cosign/sign/v1";
/// From what and how it was built: SLSA's provenance, version 1.
pub const PROVENANCE: &str = "https://slsa.dev/provenance/v1";
/// What it is made of, by CycloneDX.
pub const CYCLONEDX: &str = "https://cyclonedx.org/bom";
/// What it is made of, by SPDX.
pub const SPDX: &str = "https://spdx.dev/Document";

/// The media type of a statement in an envelope.
pub(crate) const IN_TOTO: &str = "application/vnd.in-toto+json";
const TYPE: &str = "https://in-toto.io/Statement/v1";

/// A statement about an image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    /// What kind of thing is said.
    pub predicate_type: String,
    /// What is said.
    #[serde(default)]
    pub predicate: Value,
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Subject {
    #[serde(default)]
    name: String,
    digest: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Digest {
    #[serde(default)]
    sha256: String,
}

impl Statement {
    /// That about the image `digest` (`sha256:<hex>`), which is called `name`.
    pub(crate) fn new(name: &str, digest: &str, predicate_type: &str, predicate: Value) -> Self {
        Self {
            kind: TYPE.into(),
            subject: vec![Subject {
                name: name.into(),
                digest: Digest {
                    sha256: hex(digest).into(),
                },
            }],
            predicate_type: predicate_type.into(),
            predicate,
        }
    }

    /// Reads one; another version is none.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(text).ok()?;
        (read.kind == TYPE).then_some(read)
    }

    /// Whether it is about the image `digest`.
    pub(crate) fn is_about(&self, digest: &str) -> bool {
        self.subject
            .iter()
            .any(|it| it.digest.sha256 == hex(digest))
    }
}

fn hex(digest: &str) -> &str {
    digest.strip_prefix("sha256:").unwrap_or(digest)
}
