//! Bills of materials: what an image or a program is made of, by name, version, hash and licence, from what pins it;
//! and what is known to be wrong with those parts.
//!
//! A [`Spec`] names sources of parts. Each is read in its own way, and a part that nothing pins is an error.

pub mod bill;
pub mod cyclonedx;
mod error;
pub mod licence;
pub mod scan;
mod sources;
pub mod spdx_document;
pub mod spec;

pub use bill::{Bill, Part};
pub use error::Error;
pub use spec::Spec;
