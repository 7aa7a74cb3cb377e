//! The manager: secrets with their versions, kept as Kubernetes' own Secret objects.
//!
//! The current version is the object that services read, under the secret's own name; each version
//! is an object beside it, `NAME.vN`, that can never be changed. Who wrote it, when and why is in
//! annotations, so that a list needs no value. Owned here: kinds and their fields, versions, the
//! .env format, and what a stack declares. Not owned: how the cluster is reached, who asks, and what
//! is shown.

mod declared;
pub mod dotenv;
mod entry;
mod error;
mod id;
mod kind;
mod manager;
mod rewrite;

pub use declared::{Declared, Need};
pub(crate) use entry::VERSION;
pub use entry::{Entry, Note};
pub use error::Error;
pub use id::Id;
pub use kind::Kind;
pub use manager::{KEPT, Store};
