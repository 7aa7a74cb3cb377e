//! A bill: a thing and its parts.

use std::collections::BTreeMap;

use packageurl::PackageUrl;

use crate::{Error, Spec, licence::Licences, sources};

/// What something is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Short name.
    pub name: String,
    /// Its version; of an image the digest, as in `sha256:…`.
    pub version: String,
    /// Whether it is an image.
    pub image: bool,
    /// Each once, in the order of their package URLs.
    pub parts: Vec<Part>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its package URL (ECMA-427), which tells it from all others.
    pub url: String,
    /// What stands before its name, as the group of a Java archive.
    pub group: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Of the file that it came in, where a registry has one.
    pub hash: Option<Hash>,
    /// What is known of its licence.
    pub licences: Licences,
}

/// A hash of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// How it was made.
    pub algorithm: Algorithm,
    /// In hexadecimal.
    pub value: String,
}

/// How a hash is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names are those of the standards")]
pub enum Algorithm {
    Sha256,
    Sha512,
}

impl Hash {
    /// A SHA-256 in hexadecimal.
    #[must_use]
    pub fn sha256(value: impl Into<String>) -> Self {
        Self {
            algorithm: Algorithm::Sha256,
            value: value.into(),
        }
    }
}

impl Part {
    /// A part of an ecosystem, by the name of its type in package URLs.
    ///
    /// # Errors
    /// When it has a name that no package URL has.
    pub fn of(
        ecosystem: &'static str,
        group: Option<&str>,
        name: &str,
        version: &str,
    ) -> Result<Self, Error> {
        let url = || {
            let mut url = PackageUrl::new(ecosystem, name)?;
            if let Some(group) = group {
                url.with_namespace(group)?;
            }
            url.with_version(version)?;
            Ok(url.to_string())
        };
        Ok(Self {
            url: url().map_err(|source| Error::Url {
                part: format!("{name} {version}"),
                source,
            })?,
            group: group.map(str::to_owned),
            name: name.into(),
            version: version.into(),
            hash: None,
            licences: Licences::Unknown,
        })
    }

    /// The same, with what came with it.
    #[must_use]
    pub fn with(mut self, hash: Option<Hash>, licences: Licences) -> Self {
        self.hash = hash;
        self.licences = licences;
        self
    }
}

impl Bill {
    /// Reads all sources of a spec.
    ///
    /// # Errors
    /// When one cannot be read, or holds what nothing pins.
    pub fn of(spec: &Spec) -> Result<Self, Error> {
        let version = match &spec.image {
            Some(layout) => {
                let path = layout.join("digest");
                sources::text(&path)?.trim().to_owned()
            }
            None => spec.version.clone().unwrap_or_default(),
        };
        let mut parts = BTreeMap::new();
        for source in &spec.sources {
            for part in sources::read(source)? {
                // What is there by itself has a hash, and comes before what is inside of another.
                parts.entry(part.url.clone()).or_insert(part);
            }
        }
        Ok(Self {
            name: spec.name.clone(),
            version,
            image: spec.image.is_some(),
            parts: parts.into_values().collect(),
        })
    }
}
