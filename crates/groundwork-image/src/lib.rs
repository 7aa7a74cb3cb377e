//! Deterministic OCI images: the same spec gives the same bytes, whatever the clock, the file
//! system's order and the modes of the sources.
//!
//! This crate owns the spec, the layers' tar format and the layout's files. It knows nothing of
//! Nix beyond absolute store paths, and pushes or loads nothing.
//!
//! ```
//! use groundwork_image::{Layer, Spec, Symlink, TIMESTAMP, build};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = Spec {
//!     name: "hello".into(),
//!     architecture: "amd64".into(),
//!     layers: vec![Layer {
//!         symlinks: vec![Symlink { target: "/nix/store/hash-hello/bin/hello".into(), link: "/bin/hello".into() }],
//!         ..Layer::default()
//!     }],
//!     config: Default::default(),
//! };
//! let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
//! let built = build(&spec, one.path(), TIMESTAMP)?;
//! assert_eq!(built, build(&spec, other.path(), TIMESTAMP)?);
//! # Ok(())
//! # }
//! ```

use std::path::Path;

mod detach;
mod error;
mod layer;
mod layout;
mod spec;

pub use error::Error;
pub use layout::Built;
pub use spec::{Config, Directory, File, Layer, Spec, Symlink, Text};

/// Time stamp of everything in an image, in seconds since 1970. One, as in the Nix store, because
/// some tools take zero for "unknown".
pub const TIMESTAMP: u32 = 1;

/// Writes the image that `spec` describes into the folder `output`, everything in it stamped
/// `timestamp` (seconds since 1970).
///
/// # Errors
/// See [`Error`]; the folder is then incomplete.
pub fn build(spec: &Spec, output: &Path, timestamp: u32) -> Result<Built, Error> {
    let layout = layout::Layout::create(output)?;
    let mut layers = Vec::with_capacity(spec.layers.len());
    let detached = detach::Detached::of(spec);
    for layer in &spec.layers {
        let entries = layer::Entries::collect(layer, &detached)?;
        layers.push(layout.blob(|writer| entries.write_tar(timestamp, &detached, writer))?);
    }
    layout.finish(spec, layers, timestamp)
}

#[cfg(test)]
mod tests;
