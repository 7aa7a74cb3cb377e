//! Keys of the curve P-256, whose signatures are ECDSA over SHA-256: cosign's default.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pem::Pem;
use ring::{
    error::Unspecified,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
        UnparsedPublicKey,
    },
};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// What stands before the point in the public key's DER (RFC 5480): its algorithm, its curve, and the point's length.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// A point that is not compressed.
const POINT: usize = 65;

/// Signs.
pub struct PrivateKey(EcdsaKeyPair);

/// Verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PrivateKey {
    /// The key in a PEM text, in PKCS #8 and not encrypted.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let wrong = |why| wrong("private", why);
        let pem = pem::parse(text).map_err(|error| wrong(error.to_string()))?;
        if pem.tag() != "PRIVATE KEY" {
            return Err(wrong(format!("it begins as '{}'", pem.tag())));
        }
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            pem.contents(),
            &SystemRandom::new(),
        );
        Ok(Self(pair.map_err(|error| wrong(error.to_string()))?))
    }

    /// Writes a new key to `file`, which only this person can read, and its public part to `public`.
    ///
    /// # Errors
    /// When one of them is there, or cannot be written.
    pub fn generate(file: &Path, public: &Path) -> Result<(), Error> {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
            .map_err(no_random_numbers)?;
        let text = pem::encode(&Pem::new("PRIVATE KEY", der.as_ref()));
        let made = Self::from_pem(&text)?;
        for (file, mode, text) in [(file, 0o600, text), (public, 0o644, made.public().to_pem())] {
            // NB: a key that is there is never replaced.
            let mut options = OpenOptions::new();
            let written = options
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(file)
                .and_then(|mut it| it.write_all(text.as_bytes()));
            written.map_err(Error::io("write a new key to", file))?;
        }
        Ok(())
    }

    /// Its public part.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().as_ref().to_vec())
    }

    /// Its signature of a file's `contents`, in Base64, which `openssl dgst -verify` takes decoded.
    ///
    /// # Errors
    /// [`Error::Key`] when this machine gives no random numbers.
    pub fn sign_detached(&self, contents: &[u8]) -> Result<String, Error> {
        Ok(STANDARD.encode(self.sign(contents)?))
    }

    /// Its signature of `message`, in ASN.1; each time another one.
    ///
    /// # Errors
    /// [`Error::Key`] when this machine gives no random numbers.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signed = self.0.sign(&SystemRandom::new(), message);
        Ok(signed.map_err(no_random_numbers)?.as_ref().to_vec())
    }
}

impl PublicKey {
    /// The key in a PEM text.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let wrong = |why| wrong("public", why);
        let pem = pem::parse(text).map_err(|error| wrong(error.to_string()))?;
        let point = pem.contents().strip_prefix(&SPKI);
        match point {
            Some(point) if pem.tag() == "PUBLIC KEY" && point.len() == POINT => {
                Ok(Self(point.into()))
            }
            _ => Err(wrong("it is of another kind".into())),
        }
    }

    /// The key in a file.
    ///
    /// # Errors
    /// When it cannot be read; [`Error::Key`].
    pub fn read(file: &Path) -> Result<Self, Error> {
        Self::from_pem(&fs::read_to_string(file).map_err(Error::io("read", file))?)
    }

    /// As PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(&Pem::new("PUBLIC KEY", self.der()))
    }

    /// By what a signature says whose it is: the hash of its DER. It proves nothing.
    pub(crate) fn hint(&self) -> [u8; 32] {
        Sha256::digest(self.der()).into()
    }

    /// Whether `signature` is this key's, of `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0);
        key.verify(message, signature).is_ok()
    }

    fn der(&self) -> Vec<u8> {
        [&SPKI[..], &self.0].concat()
    }
}

fn wrong(what: &'static str, why: String) -> Error {
    Error::Key { what, why }
}

fn no_random_numbers(_: Unspecified) -> Error {
    wrong("private", "this machine gives no random numbers".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_signs_and_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, public) = (folder.path().join("key"), folder.path().join("key.pub"));
        PrivateKey::generate(&file, &public).unwrap();
        let key = PrivateKey::from_pem(&fs::read_to_string(&file).unwrap()).unwrap();
        let read = PublicKey::read(&public).unwrap();
        assert_eq!(read, key.public());
        let signature = key.sign(b"said").unwrap();
        assert!(read.verifies(b"said", &signature));
        assert!(!read.verifies(b"Said", &signature));
        let detached = STANDARD
            .decode(key.sign_detached(b"said").unwrap())
            .unwrap();
        assert!(read.verifies(b"said", &detached));
        PrivateKey::generate(&file, &public).unwrap_err();
        assert_eq!(PublicKey::read(&public).unwrap(), read);
    }

    #[test]
    fn a_public_key_is_no_private_one() {
        let folder = tempfile::tempdir().unwrap();
        let (file, public) = (folder.path().join("key"), folder.path().join("key.pub"));
        PrivateKey::generate(&file, &public).unwrap();
        let text = |file| fs::read_to_string(file).unwrap();
        assert!(PrivateKey::from_pem(&text(&public)).is_err());
        assert!(PublicKey::from_pem(&text(&file)).is_err());
        assert!(PublicKey::from_pem("nothing").is_err());
    }
}
