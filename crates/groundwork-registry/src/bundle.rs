//! A signed statement: DSSE's envelope in Sigstore's bundle 0.3, whose public key is known by a hint alone.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    key::{PrivateKey, PublicKey},
    statement::{IN_TOTO, Statement},
};

/// The media type of a bundle, of its layer and of its artefact.
pub(crate) const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// Sigstore's bundle: as much of it as is needed with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bundle {
    media_type: String,
    verification_material: Material,
    dsse_envelope: Envelope,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    /// Absent where a certificate tells who has signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<Hint>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Hint {
    hint: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Signature {
    sig: String,
}

impl Bundle {
    /// `statement`, signed.
    ///
    /// # Errors
    /// When this machine gives no random numbers.
    pub(crate) fn signed(statement: &Statement, key: &PrivateKey) -> Result<Self, Error> {
        let payload = serde_json::to_vec(statement).map_err(Error::json("a statement"))?;
        let signature = key.sign(&encoded(IN_TOTO, &payload))?;
        Ok(Self {
            media_type: BUNDLE.into(),
            verification_material: Material {
                public_key: Some(Hint {
                    hint: STANDARD.encode(key.public().hint()),
                }),
            },
            dsse_envelope: Envelope {
                payload: STANDARD.encode(payload),
                payload_type: IN_TOTO.into(),
                signatures: vec![Signature {
                    sig: STANDARD.encode(signature),
                }],
            },
        })
    }

    /// The statement in the bundle `text`, where one of its signatures is of `key`; whatever else it is gives none.
    pub(crate) fn verified(text: &[u8], key: &PublicKey) -> Option<Statement> {
        let Self { dsse_envelope, .. } = serde_json::from_slice(text).ok()?;
        let payload = STANDARD.decode(&dsse_envelope.payload).ok()?;
        let message = encoded(&dsse_envelope.payload_type, &payload);
        let mut signatures = dsse_envelope.signatures.iter();
        let signed = signatures.any(|it| {
            let signature = STANDARD.decode(&it.sig);
            signature.is_ok_and(|it| key.verifies(&message, &it))
        });
        let is_statement = dsse_envelope.payload_type == IN_TOTO;
        (signed && is_statement).then(|| Statement::parse(&payload))?
    }
}

/// What is signed (DSSE 1.0, "PAE"): the payload and its type, each after its length.
fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_as_in_the_specification() {
        // The example in DSSE's protocol.md.
        assert_eq!(
            encoded("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }
}
