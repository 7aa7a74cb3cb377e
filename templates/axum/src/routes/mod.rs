//! What the service answers.

pub mod items;

use std::sync::Arc;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use groundwork_process::error::chain;
use groundwork_secret_files::SecretFiles;

use crate::{Error, models::items::Items};

/// What routes need.
#[derive(Clone)]
pub struct App {
    /// Where items are kept.
    pub items: Arc<dyn Items>,
    /// What those have who may remove items.
    pub token: Arc<SecretFiles>,
    /// How many items are shown at once, at most.
    pub most_items: usize,
    // [kafka]
    /// Who is told of items.
    pub events: Arc<dyn crate::events::Events>,
    // [/kafka]
}

impl App {
    /// Lets in who has the current version of the token; no one as long as there is none.
    fn let_in(&self, headers: &HeaderMap) -> Result<(), Error> {
        let unavailable = |error: &dyn std::error::Error| Error::Unavailable(chain(error));
        let secret = self.token.current().map_err(|error| unavailable(&error))?;
        let wanted = secret.field("token").map_err(|error| unavailable(&error))?;
        let given = headers.get(AUTHORIZATION).map(|given| given.as_bytes());
        match given.and_then(|given| given.strip_prefix(b"Bearer ")) {
            // An empty token would let everybody in.
            Some(token) if !token.is_empty() && wanted.matches(token) => Ok(()),
            _ => Err(Error::NoToken),
        }
    }
}
