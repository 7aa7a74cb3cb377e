//! Container registries: images by digest, and signed statements about them.
//!
//! Speaks OCI's distribution specification 1.1. What is said of an image is an in-toto statement in a DSSE envelope, in
//! Sigstore's bundle, attached as a referrer: the form in which cosign 3 signs and attests, with a key and without a
//! transparency log. So cosign verifies what this crate signs, and the other way round.

mod attest;
mod bundle;
mod credentials;
mod error;
mod image;
mod key;
mod referrers;
mod repository;
mod request;
mod statement;
#[cfg(test)]
mod tests;

pub use attest::{Attestation, Attested};
pub use error::Error;
pub use image::Pushed;
pub use key::{PrivateKey, PublicKey};
pub use oci_spec::distribution::Reference;
pub use repository::Repository;
pub use statement::{CYCLONEDX, PROVENANCE, SIGNATURE, SPDX};
