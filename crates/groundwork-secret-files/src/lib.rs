//! Secrets in files, as Kubernetes mounts them: the current version, whole, at each use. A new one needs no restart.
//!
//! ```no_run
//! use groundwork_secret_files::SecretFiles;
//!
//! let token = SecretFiles::new("/run/secrets/token");
//! // For each use anew: a version that was replaced is then out of use at once.
//! let secret = token.current()?;
//! let let_in = secret.field("token")?.matches(b"what a client sent");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `look` reads the folder, and `mounted` holds what was read last. `secret` is one version, `value` one field: it is
//! zeroised with the last use of its [`Secret`].

mod look;
mod mounted;
mod secret;
mod value;

pub use look::{Stamp, look};
pub use mounted::{NotThere, SecretFiles};
pub use secret::{NoField, Secret};
pub use value::{Fields, Value};
