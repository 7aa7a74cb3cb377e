//! How a registry is told who asks: Docker's logins, and tokens of the service that the registry names.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use docker_credential::{CredentialRetrievalError as Retrieval, DockerCredential};
use oci_spec::distribution::Reference;
use reqwest::{Client, RequestBuilder, header::HeaderValue};
use serde::Deserialize;

use crate::Error;

/// A token's text; services differ in the name.
#[derive(Deserialize)]
struct Token {
    #[serde(alias = "access_token")]
    token: String,
}

/// A login of Docker's own configuration.
pub(crate) struct Login(DockerCredential);

impl Login {
    /// The one for the registry of `place`, if the folder of Docker's configuration has one.
    ///
    /// # Errors
    /// [`Error::Configuration`].
    pub(crate) fn of(place: &Reference, folder: &Path) -> Result<Option<Self>, Error> {
        let file = folder.join("config.json");
        let configuration = match File::open(&file) {
            Ok(open) => open,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", file)(error)),
        };
        let host = place.resolve_registry();
        match docker_credential::get_credential_from_reader(configuration, host) {
            Ok(login) => Ok(Some(Self(login))),
            Err(Retrieval::NoCredentialConfigured) => Ok(None),
            Err(source) => Err(Error::Configuration { file, source }),
        }
    }

    fn on(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.0 {
            DockerCredential::UsernamePassword(user, password) => {
                request.basic_auth(user, Some(password))
            }
            DockerCredential::IdentityToken(_) => request,
        }
    }

    fn identity(&self) -> Option<&str> {
        match &self.0 {
            DockerCredential::IdentityToken(token) => Some(token),
            DockerCredential::UsernamePassword(..) => None,
        }
    }
}

/// The folder of Docker's own configuration.
pub(crate) fn docker_folder() -> PathBuf {
    let given = env::var_os("DOCKER_CONFIG").filter(|it| !it.is_empty());
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".docker");
    given.map_or_else(home, PathBuf::from)
}

/// What answers the `challenges` of a registry (RFC 9110, 11.6.1): the header `Authorization`, or nothing that we know of.
///
/// # Errors
/// When the service that gives tokens does not answer.
pub(crate) async fn answer(
    challenges: &str,
    scope: &str,
    login: Option<&Login>,
    client: &Client,
) -> Result<Option<HeaderValue>, reqwest::Error> {
    for challenge in http_auth::parse_challenges(challenges).unwrap_or_default() {
        let parameters: BTreeMap<_, _> = challenge
            .params
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_unescaped()))
            .collect();
        if challenge.scheme.eq_ignore_ascii_case("basic") {
            let Some(login) = login else { continue };
            // The client writes the header; it is taken from a request that is not sent.
            let request = login.on(client.get("http://localhost")).build()?;
            return Ok(request.headers().get("authorization").cloned());
        }
        if let (true, Some(realm)) = (
            challenge.scheme.eq_ignore_ascii_case("bearer"),
            parameters.get("realm"),
        ) {
            let service = parameters.get("service").map_or("", String::as_str);
            let scope = parameters.get("scope").map_or(scope, String::as_str);
            return token(realm, service, scope, login, client).await.map(Some);
        }
    }
    Ok(None)
}

/// A token of the service at `realm`: by GET, and by POST with what `docker login` has got in place of a password.
async fn token(
    realm: &str,
    service: &str,
    scope: &str,
    login: Option<&Login>,
    client: &Client,
) -> Result<HeaderValue, reqwest::Error> {
    let asked = [("service", service), ("scope", scope)];
    let request = match login.and_then(Login::identity) {
        Some(identity) => client.post(realm).form(&[
            ("service", service),
            ("scope", scope),
            ("grant_type", "refresh_token"),
            ("client_id", "groundwork"),
            ("refresh_token", identity),
        ]),
        None => {
            let request = client.get(realm).query(&asked);
            match login {
                Some(login) => login.on(request),
                None => request,
            }
        }
    };
    let answer = request.send().await?.error_for_status()?;
    let token: Token = answer.json().await?;
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.token))
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    header.set_sensitive(true);
    Ok(header)
}
