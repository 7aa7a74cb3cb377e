//! A bill as SPDX 2.3 in JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    Bill, Part,
    bill::{Algorithm, Hash},
    licence::Licences,
};

/// What SPDX says of what is not known.
const NOT_SAID: &str = "NOASSERTION";
/// The time in every document: the same bill has the same bits.
const CREATED: &str = "1970-01-01T00:00:01Z";
const ROOT: &str = "SPDXRef-root";

/// The document.
#[must_use]
pub fn document(bill: &Bill) -> Value {
    let purpose = if bill.image {
        "CONTAINER"
    } else {
        "APPLICATION"
    };
    let mut packages = vec![json!({
        "SPDXID": ROOT,
        "name": bill.name,
        "versionInfo": bill.version,
        "downloadLocation": NOT_SAID,
        "filesAnalyzed": false,
        "licenseConcluded": NOT_SAID,
        "licenseDeclared": NOT_SAID,
        "copyrightText": NOT_SAID,
        "primaryPackagePurpose": purpose,
    })];
    packages.extend(bill.parts.iter().map(package));
    let contained = bill.parts.iter().map(|part| {
        json!({"spdxElementId": ROOT, "relationshipType": "CONTAINS", "relatedSpdxElement": id(part)})
    });
    let described = json!({
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": ROOT,
    });
    let relationships: Vec<_> = [described].into_iter().chain(contained).collect();
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bill.name,
        "documentNamespace": format!("https://groundwork.invalid/{}/{}", bill.name, bill.version),
        "creationInfo": {"created": CREATED, "creators": ["Tool: groundwork-bom"]},
        "packages": packages,
        "relationships": relationships,
    })
}

/// An identifier has letters, digits, '.' and '-' alone; a part's URL has others, which '-' and a number stand for.
fn id(part: &Part) -> String {
    let mut id = "SPDXRef-".to_owned();
    for character in part.url.trim_start_matches("pkg:").chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => id.push(character),
            other => {
                let _ = write!(id, "-{:x}-", u32::from(other));
            }
        }
    }
    id
}

fn package(part: &Part) -> Value {
    let name = match &part.group {
        Some(group) => format!("{group}/{}", part.name),
        None => part.name.clone(),
    };
    let (declared, concluded) = match &part.licences {
        Licences::Declared(expression) => (&**expression, NOT_SAID),
        Licences::Found(expression) => (NOT_SAID, &**expression),
        Licences::Named(_) | Licences::Unknown => (NOT_SAID, NOT_SAID),
    };
    let mut package = json!({
        "SPDXID": id(part),
        "name": name,
        "versionInfo": part.version,
        "downloadLocation": NOT_SAID,
        "filesAnalyzed": false,
        "licenseConcluded": concluded,
        "licenseDeclared": declared,
        "copyrightText": NOT_SAID,
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": part.url,
        }],
    });
    if let Licences::Named(names) = &part.licences {
        package["licenseComments"] = json!(format!("named by its maker: {}", names.join(", ")));
    }
    if let Some(Hash { algorithm, value }) = &part.hash {
        let algorithm = match algorithm {
            Algorithm::Sha256 => "SHA256",
            Algorithm::Sha512 => "SHA512",
        };
        package["checksums"] = json!([{"algorithm": algorithm, "checksumValue": value}]);
    }
    package
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_differ_in_a_sign_have_different_identifiers() {
        let id = |name: &str| id(&Part::of("npm", None, name, "1").unwrap());
        assert_ne!(id("a-b"), id("a_b"));
        assert_ne!(id("a-b"), id("a.b"));
        let all = id("a_b");
        assert!(
            all.chars()
                .all(|it| it.is_ascii_alphanumeric() || ".-".contains(it)),
            "{all}"
        );
    }
}
