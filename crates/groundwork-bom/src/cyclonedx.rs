//! A bill as CycloneDX 1.6 (ECMA-424) in JSON.

use serde_json::{Value, json};

use crate::{
    Bill, Part,
    bill::{Algorithm, Hash},
    licence::Licences,
};

/// The document. It has no time and no serial number: the same bill has the same bits.
#[must_use]
pub fn document(bill: &Bill) -> Value {
    let root = match bill.image {
        true => format!("pkg:oci/{}@{}", bill.name, bill.version.replace(':', "%3A")),
        false => format!("pkg:generic/{}@{}", bill.name, bill.version),
    };
    let parts: Vec<_> = bill.parts.iter().map(component).collect();
    let urls: Vec<_> = bill.parts.iter().map(|part| &part.url).collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": if bill.image { "container" } else { "application" },
                "bom-ref": root,
                "name": bill.name,
                "version": bill.version,
                "purl": root,
            },
        },
        "components": parts,
        "dependencies": [{"ref": root, "dependsOn": urls}],
    })
}

fn component(part: &Part) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": part.url,
        "name": part.name,
        "version": part.version,
        "purl": part.url,
    });
    if let Some(group) = &part.group {
        component["group"] = json!(group);
    }
    if let Some(Hash { algorithm, value }) = &part.hash {
        let algorithm = match algorithm {
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha512 => "SHA-512",
        };
        component["hashes"] = json!([{"alg": algorithm, "content": value}]);
    }
    let licences = match &part.licences {
        Licences::Declared(expression) => {
            json!([{"expression": expression, "acknowledgement": "declared"}])
        }
        Licences::Found(expression) => {
            json!([{"expression": expression, "acknowledgement": "concluded"}])
        }
        Licences::Named(names) => names
            .iter()
            .map(|name| json!({"license": {"name": name, "acknowledgement": "declared"}}))
            .collect(),
        Licences::Unknown => return component,
    };
    component["licenses"] = licences;
    component
}
