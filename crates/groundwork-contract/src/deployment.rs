//! A built service (`service.json`): what the flake of a person's own repository has made, as the launcher reads it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{component::Image, error::Error};

/// The file of a built service's folder.
pub const SERVICE: &str = "service.json";

/// A service that can be deployed; `nix/lib/service` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// The service's name, a DNS label; also the label `app.kubernetes.io/name` of its objects.
    pub name: String,
    /// The template that it was made from: `fastapi` or `axum`.
    pub kind: String,
    /// What it has of `kafka` and `database`.
    pub features: Vec<String>,
    /// Its own version, as its package says it.
    pub version: String,
    /// The namespace of its objects.
    pub namespace: String,
    /// Its container image.
    pub image: Image,
    /// A file of YAML documents, rendered by kustomize.
    pub objects: PathBuf,
    /// The event bus's topics that it declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<PathBuf>,
    /// The secrets that it declares; values are in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<PathBuf>,
}

impl Deployment {
    /// Reads `service.json` in the built service's `folder`.
    ///
    /// # Errors
    /// [`Error::Read`] or [`Error::Parse`], each naming the file.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(SERVICE);
        let text = fs::read_to_string(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&text).map_err(|source| Error::Parse { path, source })
    }
}
