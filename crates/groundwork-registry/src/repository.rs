//! One repository of a registry, over HTTP.

use std::{net::IpAddr, path::Path, time::Duration};

use oci_spec::{distribution::Reference, image::MediaType};
use reqwest::{
    Certificate, Client, Method, Response, StatusCode, Url,
    header::{HeaderValue, LOCATION},
};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::{
    Error,
    credentials::{self, Login},
    request::{Content, Request},
};

/// For a registry to take a connection, as curl's users know it.
const CONNECT: Duration = Duration::from_secs(10);
/// For the next bytes of an answer.
const READ: Duration = Duration::from_secs(60);
/// A manifest has at most so many bytes: what registries take by the specification.
const MANIFEST_BYTES: usize = 4 << 20;
/// Of an error's words this many characters are shown.
const SAID: usize = 300;

/// A repository of a registry, `HOST[:PORT]/PATH`, with this person's login.
pub struct Repository {
    pub(crate) client: Client,
    pub(crate) place: Reference,
    pub(crate) base: Url,
    pub(crate) login: Option<Login>,
    pub(crate) authorization: Mutex<Option<HeaderValue>>,
}

/// A manifest as a registry has it.
pub(crate) struct Manifest {
    /// `sha256:<hex>`, of its own bytes.
    pub digest: String,
    pub bytes: Vec<u8>,
}

impl Repository {
    /// The repository of `place`, whose tag and digest are what [`verified`](Self::verified) looks at.
    ///
    /// # Errors
    /// When Docker's configuration cannot be read.
    pub fn of(place: &Reference) -> Result<Self, Error> {
        Self::with_logins(place, &credentials::docker_folder())
    }

    /// The same, with the logins of the configuration in another folder.
    pub(crate) fn with_logins(place: &Reference, folder: &Path) -> Result<Self, Error> {
        let host = place.resolve_registry();
        // As every client does: only this machine's own registry speaks without TLS.
        let scheme = if is_loopback(host) { "http" } else { "https" };
        let base = format!("{scheme}://{host}/v2/{}/", place.repository());
        let base = Url::parse(&base)
            .map_err(|_| Error::document(&place.whole(), "is no place in a registry"))?;
        let client = client().map_err(|source| Error::NoAnswer {
            place: place.whole(),
            source,
        })?;
        Ok(Self {
            client,
            base,
            login: Login::of(place, folder)?,
            authorization: Mutex::new(None),
            place: place.clone(),
        })
    }

    /// Its name, without tag and digest.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.place.registry(), self.place.repository())
    }

    pub(crate) fn place(&self) -> &Reference {
        &self.place
    }

    /// Whether it has the blob.
    pub(crate) async fn has_blob(&self, digest: &str) -> Result<bool, Error> {
        let path = format!("blobs/{digest}");
        match self.ask(Method::HEAD, &path, None).await? {
            answer if answer.status() == StatusCode::NOT_FOUND => Ok(false),
            answer => self.checked(answer, "tell what it has").await.map(|_| true),
        }
    }

    /// Gives it the blob in `file`, which it lacks.
    pub(crate) async fn push_file(&self, digest: &str, file: &Path) -> Result<(), Error> {
        let size = file.metadata().map_err(Error::io("read", file))?.len();
        self.push(digest, Content::File(file.into(), size)).await
    }

    /// Gives it a blob, unless it has it.
    pub(crate) async fn push_bytes(&self, bytes: &[u8]) -> Result<String, Error> {
        let digest = digest_of(bytes);
        if !self.has_blob(&digest).await? {
            let content = Content::Bytes(bytes.into(), "application/octet-stream".into());
            self.push(&digest, content).await?;
        }
        Ok(digest)
    }

    async fn push(&self, digest: &str, content: Content) -> Result<(), Error> {
        const ACTION: &str = "take a blob";
        let begun = self.ask(Method::POST, "blobs/uploads/", None).await?;
        let begun = self.checked(begun, ACTION).await?;
        let to = begun
            .headers()
            .get(LOCATION)
            .and_then(|it| it.to_str().ok());
        let mut to = to
            .and_then(|it| begun.url().join(it).ok())
            .ok_or_else(|| Error::document(&self.name(), "does not say where blobs go"))?;
        to.query_pairs_mut().append_pair("digest", digest);
        let request = Request {
            method: Method::PUT,
            url: to,
            accept: None,
            body: content,
        };
        let answer = self.send(&request).await?;
        self.checked(answer, ACTION).await.map(drop)
    }

    /// The bytes of a blob, at most `limit` of them, as its digest says.
    pub(crate) async fn blob(&self, digest: &str, limit: usize) -> Result<Vec<u8>, Error> {
        let answer = self
            .ask(Method::GET, &format!("blobs/{digest}"), None)
            .await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(self.not_there(format!("blob {digest}")));
        }
        let bytes = self
            .read(self.checked(answer, "give a blob").await?, limit)
            .await?;
        self.compared(&digest_of(&bytes), digest)?;
        Ok(bytes)
    }

    /// The manifest or index of that digest or tag, if there is one.
    pub(crate) async fn manifest(
        &self,
        name: &str,
        types: &[MediaType],
    ) -> Result<Option<Manifest>, Error> {
        let accept: Vec<_> = types.iter().map(ToString::to_string).collect();
        let path = format!("manifests/{name}");
        let answer = self
            .ask(Method::GET, &path, Some(accept.join(", ")))
            .await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = self.checked(answer, "give a manifest").await?;
        let bytes = self.read(answer, MANIFEST_BYTES).await?;
        let digest = digest_of(&bytes);
        if name.starts_with("sha256:") {
            self.compared(&digest, name)?;
        }
        Ok(Some(Manifest { digest, bytes }))
    }

    /// Gives it a manifest by its digest or a tag; returns whether it lists the manifest under its subject by itself.
    pub(crate) async fn push_manifest(
        &self,
        name: &str,
        media_type: &MediaType,
        bytes: &[u8],
    ) -> Result<bool, Error> {
        let request = Request {
            method: Method::PUT,
            url: self.url(&format!("manifests/{name}"))?,
            accept: None,
            body: Content::Bytes(bytes.into(), media_type.to_string()),
        };
        let answer = self.send(&request).await?;
        let answer = self.checked(answer, "take a manifest").await?;
        let header = |name| answer.headers().get(name).and_then(|it| it.to_str().ok());
        if let Some(found) = header("docker-content-digest") {
            self.compared(found, &digest_of(bytes))?;
        }
        Ok(header("oci-subject").is_some())
    }

    /// What a registry with that call says of those that have the subject; `None` where it has no such call.
    pub(crate) async fn referrers(&self, digest: &str) -> Result<Option<Vec<u8>>, Error> {
        let accept = MediaType::ImageIndex.to_string();
        let path = format!("referrers/{digest}");
        let answer = self.ask(Method::GET, &path, Some(accept)).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = self.checked(answer, "list referrers").await?;
        self.read(answer, MANIFEST_BYTES).await.map(Some)
    }

    pub(crate) fn not_there(&self, what: String) -> Error {
        Error::NotThere {
            what,
            place: self.name(),
        }
    }

    pub(crate) fn compared(&self, found: &str, wanted: &str) -> Result<(), Error> {
        if found == wanted {
            return Ok(());
        }
        Err(Error::Digest {
            place: self.name(),
            found: found.into(),
            wanted: wanted.into(),
        })
    }

    pub(crate) fn url(&self, path: &str) -> Result<Url, Error> {
        let url = self.base.join(path);
        url.map_err(|_| Error::document(path, "is no name in a registry"))
    }

    /// The answer, unless it is an error.
    async fn checked(&self, answer: Response, action: &str) -> Result<Response, Error> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(self.login_refused(status));
        }
        let said = self.read(answer, MANIFEST_BYTES).await.unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        Err(Error::Refused {
            place: self.name(),
            action: action.into(),
            status: status.as_u16(),
            said: said.trim().chars().take(SAID).collect(),
        })
    }

    async fn read(&self, mut answer: Response, limit: usize) -> Result<Vec<u8>, Error> {
        let mut read = Vec::new();
        while let Some(more) = answer.chunk().await.map_err(|it| self.no_answer(it))? {
            if read.len() + more.len() > limit {
                return Err(Error::document(
                    &self.name(),
                    "sends more than there should be",
                ));
            }
            read.extend_from_slice(&more);
        }
        Ok(read)
    }

    pub(crate) fn no_answer(&self, source: reqwest::Error) -> Error {
        Error::NoAnswer {
            place: self.name(),
            source,
        }
    }

    pub(crate) fn login_refused(&self, status: StatusCode) -> Error {
        Error::Login {
            place: self.name(),
            status: status.as_u16(),
        }
    }
}

/// `sha256:<hex>` of `bytes`.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// With the machine's own certificates.
fn client() -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(READ);
    for certificate in rustls_native_certs::load_native_certs().certs {
        builder = builder.add_root_certificate(Certificate::from_der(&certificate)?);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machines_own_registry_is_known_by_its_address() {
        for host in [
            "localhost",
            "localhost:5000",
            "127.0.0.1:5000",
            "127.1.2.3",
            "[::1]:5000",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["registry.test", "10.0.0.1:5000", "localhost.example.org"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
