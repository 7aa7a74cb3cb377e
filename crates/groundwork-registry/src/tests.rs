//! Against a registry with a login and without a call for referrers; the stack's own is in tests/without-stack/registry.sh.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path as At, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::*;
use crate::{bundle::Bundle, repository::digest_of, statement::Statement};

/// What the registry has: blobs and manifests by their paths.
#[derive(Clone, Default)]
struct Held {
    all: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    address: Arc<Mutex<String>>,
}

/// A login as Docker's configuration and HTTP have it.
fn login() -> String {
    STANDARD.encode("somebody:something")
}

/// A parameter of a request.
fn asked(uri: &Uri, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://localhost{uri}")).unwrap();
    let found = url.query_pairs().find(|it| it.0 == name)?;
    Some(found.1.into_owned())
}

async fn token(headers: HeaderMap, uri: Uri) -> Response {
    if headers
        .get("authorization")
        .is_none_or(|it| *it != *format!("Basic {}", login()))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    format!(r#"{{"access_token": "{}"}}"#, asked(&uri, "scope").unwrap()).into_response()
}

async fn registry(
    State(held): State<Held>,
    At(path): At<String>,
    uri: Uri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reads = matches!(method, Method::GET | Method::HEAD);
    let scope = if reads { "pull" } else { "pull,push" };
    let wanted = format!("Bearer repository:team/app:{scope}");
    let given = headers.get("authorization").map(|it| it.to_str().unwrap());
    if !given.is_some_and(|given| given.starts_with(&wanted)) {
        let realm = format!(
            r#"Bearer realm="http://{}/token",service="r",scope="repository:team/app:{scope}""#,
            held.address.lock().unwrap()
        );
        return (StatusCode::UNAUTHORIZED, [("www-authenticate", realm)]).into_response();
    }
    let mut all = held.all.lock().unwrap();
    match method {
        Method::POST => (
            StatusCode::ACCEPTED,
            [("location", "/v2/team/app/blobs/new")],
        )
            .into_response(),
        Method::PUT => {
            let path = match asked(&uri, "digest") {
                Some(digest) => format!("team/app/blobs/{digest}"),
                None => path,
            };
            all.insert(path, body.to_vec());
            StatusCode::CREATED.into_response()
        }
        _ => match all.get(&path) {
            Some(bytes) => bytes.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// A registry on loopback, and a place in it.
async fn started() -> (Held, String) {
    let held = Held::default();
    let routes = Router::new()
        .route("/token", get(token))
        .route("/v2/{*path}", any(registry))
        .with_state(held.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    held.address.lock().unwrap().clone_from(&address);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (held, address)
}

/// An OCI layout with one image; returns its digest.
fn layout(folder: &Path) -> String {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let put = |bytes: &[u8]| {
        let digest = digest_of(bytes);
        fs::write(blobs.join(&digest[7..]), bytes).unwrap();
        json!({"mediaType": "application/octet-stream", "digest": digest, "size": bytes.len()})
    };
    let manifest = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put(b"{}"), "layers": [put(b"a layer")]});
    put(manifest.to_string().as_bytes())["digest"]
        .as_str()
        .unwrap()
        .into()
}

fn keys(folder: &Path, name: &str) -> PrivateKey {
    let file = folder.join(name);
    PrivateKey::generate(&file, &folder.join(format!("{name}.pub"))).unwrap();
    PrivateKey::from_pem(&fs::read_to_string(file).unwrap()).unwrap()
}

#[tokio::test]
async fn what_is_pushed_and_said_of_it_is_found_by_who_has_the_key() {
    let (held, address) = started().await;
    let folder = tempfile::tempdir().unwrap();
    let login = json!({"auths": {(&address): {"auth": login()}}});
    fs::write(folder.path().join("config.json"), login.to_string()).unwrap();
    let place: Reference = format!("{address}/team/app:1").parse().unwrap();
    let repository = Repository::with_logins(&place, folder.path()).unwrap();
    let digest = layout(folder.path());

    let pushed = repository
        .push_image(folder.path(), &digest, "1")
        .await
        .unwrap();
    assert_eq!((pushed.digest(), pushed.new_blobs), (digest.clone(), 2));
    let again = repository
        .push_image(folder.path(), &digest, "1")
        .await
        .unwrap();
    assert_eq!(again.new_blobs, 0);

    let key = keys(folder.path(), "key");
    let unsigned = repository.verified(&key.public()).await.unwrap_err();
    assert!(matches!(unsigned, Error::NotSigned { .. }), "{unsigned}");

    let bill = Attestation {
        predicate_type: CYCLONEDX.into(),
        predicate: json!({"components": []}),
    };
    let all = [Attestation::signature(), bill.clone()];
    assert_eq!(repository.attest(&pushed, &all, &key).await.unwrap(), 2);
    assert_eq!(repository.attest(&pushed, &all, &key).await.unwrap(), 0);
    let found = repository.verified(&key.public()).await.unwrap();
    assert_eq!(found.digest, digest);
    assert_eq!(found.attestations, all);

    let other = keys(folder.path(), "other");
    let refused = repository.verified(&other.public()).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("2 of what is attached is another's"),
        "{refused}"
    );

    // What was changed on its way is told.
    let name = format!("team/app/manifests/{digest}");
    held.all.lock().unwrap().get_mut(&name).unwrap().push(b' ');
    let by_digest: Reference = format!("{address}/team/app@{digest}").parse().unwrap();
    let repository = Repository::with_logins(&by_digest, folder.path()).unwrap();
    let changed = repository.verified(&key.public()).await.unwrap_err();
    assert!(matches!(changed, Error::Digest { .. }), "{changed}");
}

#[tokio::test]
async fn without_a_login_it_is_told() {
    let (_held, address) = started().await;
    let folder = tempfile::tempdir().unwrap();
    let place: Reference = format!("{address}/team/app:1").parse().unwrap();
    let repository = Repository::with_logins(&place, folder.path()).unwrap();
    let error = repository.push_bytes(b"x").await.unwrap_err();
    assert!(matches!(error, Error::Login { status: 401, .. }), "{error}");
}

#[test]
fn a_signature_of_another_image_or_text_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let key = keys(folder.path(), "key");
    let statement = Statement::new("team/app", "sha256:aa", SIGNATURE, json!({}));
    let bundle = serde_json::to_value(Bundle::signed(&statement, &key).unwrap()).unwrap();
    let verified =
        |bundle: &serde_json::Value| Bundle::verified(bundle.to_string().as_bytes(), &key.public());
    assert!(verified(&bundle).unwrap().is_about("sha256:aa"));
    assert!(!verified(&bundle).unwrap().is_about("sha256:bb"));
    let other = Statement::new("team/app", "sha256:bb", SIGNATURE, json!({}));
    let other = serde_json::to_value(Bundle::signed(&other, &key).unwrap()).unwrap();
    for field in ["payload", "payloadType"] {
        let mut changed = bundle.clone();
        changed["dsseEnvelope"][field] = match field {
            "payload" => other["dsseEnvelope"]["payload"].clone(),
            _ => "text/plain".into(),
        };
        assert!(verified(&changed).is_none(), "{field}");
    }
    assert!(Bundle::verified(b"nothing", &key.public()).is_none());
}
