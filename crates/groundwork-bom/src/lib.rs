//! Bills of materials: what an image or a program is made of, by name, version, hash and licence, from what pins it;
//! and what is known to be wrong with those parts.
//!
//! A [`Spec`] names sources of parts. Each source is read in its own way, and what is in the one of its two sides and
//! not in the other is an error: a bill is exact, or it is not written.

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
