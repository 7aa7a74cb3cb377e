//! What the console knows of the stack's components, as the stack's build wrote it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::http::StatusCode;
use groundwork_contract::Component;

use crate::api_error::ApiError;

/// Why the list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoComponents {
    /// The file cannot be read.
    #[error("cannot read the list of components {0}")]
    Read(PathBuf, #[source] io::Error),
    /// The file has another form.
    #[error("{0} is no list of components")]
    Parse(PathBuf, #[source] serde_json::Error),
}

/// The stack's components.
#[derive(Debug, Clone)]
pub(crate) struct Components(Arc<[Component]>);

impl Components {
    pub(crate) fn read(path: &Path) -> Result<Self, NoComponents> {
        let text =
            fs::read_to_string(path).map_err(|error| NoComponents::Read(path.into(), error))?;
        let components: Vec<_> =
            serde_json::from_str(&text).map_err(|error| NoComponents::Parse(path.into(), error))?;
        Ok(Self(components.into()))
    }

    /// The one called `name`, if something may be asked of it.
    pub(crate) fn readable(&self, name: &str) -> Option<&Component> {
        let is =
            |it: &&Component| it.name == name && !it.read_paths.is_empty() && it.service.is_some();
        self.0.iter().find(is)
    }

    /// Name and address in the cluster of the first with `role`.
    pub(crate) fn of_role(&self, role: &str) -> Result<(&str, &str), ApiError> {
        let components = self.0.iter().filter(|it| it.role == role);
        let mut addresses = components.filter_map(|it| Some((&*it.name, it.service.as_deref()?)));
        addresses.next().ok_or_else(|| {
            let error = format!(
                "no component of the stack with the role '{role}' has an address in the cluster"
            );
            ApiError::new(StatusCode::BAD_GATEWAY, error)
        })
    }
}
