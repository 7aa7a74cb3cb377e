//! Certificates, keys and kubeconfigs. A file that is there is kept, so that a second `up` changes
//! nothing and a lost file is made again by the same authority.

use std::{fs, net::IpAddr, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use time::{Duration, OffsetDateTime};

use crate::{
    address::{API_SERVICE_ADDRESS, API_URL, CLUSTER_DOMAIN, NODE_ADDRESS, NODE_NAME},
    encryption,
    error::{Error, at},
    state::{self, StateDir},
};

/// Certificates live as long as a machine does, as there is no renewal.
const LIFETIME: Duration = Duration::days(3650);

/// A certificate that an authority signs.
struct Leaf {
    /// The files' base name.
    file: &'static str,
    /// Common name: the user name of a client.
    name: String,
    /// Organisation: the group of a client.
    group: Option<&'static str>,
    /// Names and addresses of a server; a client has none.
    hosts: Vec<String>,
}

/// Client certificates of the cluster's authority.
fn clients() -> Vec<Leaf> {
    let leaf = |file, name: &str, group| Leaf {
        file,
        name: name.into(),
        group,
        hosts: vec![],
    };
    let node = format!("system:node:{NODE_NAME}");
    vec![
        leaf("admin", "groundwork-admin", Some("system:masters")),
        leaf("controller-manager", "system:kube-controller-manager", None),
        leaf("scheduler", "system:kube-scheduler", None),
        leaf("kube-proxy", "system:kube-proxy", None),
        leaf("network-controller", "groundwork-network-controller", None),
        leaf("kubelet", &node, Some("system:nodes")),
        leaf(
            "apiserver-kubelet-client",
            "kube-apiserver-kubelet-client",
            Some("system:masters"),
        ),
    ]
}

/// Server certificates of the cluster's authority.
fn servers() -> Vec<Leaf> {
    let node = NODE_ADDRESS.to_string();
    let leaf = |file, name: &str, hosts: &[&str]| Leaf {
        file,
        name: name.into(),
        group: None,
        hosts: hosts.iter().map(|host| (*host).into()).collect(),
    };
    let service = API_SERVICE_ADDRESS.to_string();
    let full_name = format!("kubernetes.default.svc.{CLUSTER_DOMAIN}");
    vec![
        leaf(
            "apiserver",
            "kube-apiserver",
            &[
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                &full_name,
                "localhost",
                &node,
                &service,
            ],
        ),
        leaf("kubelet-server", NODE_NAME, &[NODE_NAME, &node]),
        leaf("controller-manager-server", "controller-manager", &[&node]),
        leaf("scheduler-server", "scheduler", &[&node]),
    ]
}

/// The files of the node's public key infrastructure.
pub struct Pki<'a> {
    state: &'a StateDir,
}

impl<'a> Pki<'a> {
    /// The one in `state`.
    pub fn new(state: &'a StateDir) -> Self {
        Self { state }
    }

    /// Every file that [`create`](Self::create) makes.
    fn files(&self) -> Vec<PathBuf> {
        let pairs = ["ca", "front-proxy-ca", "front-proxy-client"].into_iter();
        let pairs = pairs.chain(clients().into_iter().chain(servers()).map(|leaf| leaf.file));
        let mut files: Vec<PathBuf> = pairs
            .flat_map(|name| [self.file(name, "crt"), self.file(name, "key")])
            .collect();
        files.extend([
            self.file("service-account", "key"),
            self.file("service-account", "pub"),
            encryption::file(self.state),
            self.state.kubeconfig(),
        ]);
        files
    }

    /// Whether every file is there.
    pub fn is_complete(&self) -> bool {
        self.files().iter().all(|file| file.is_file())
    }

    /// Makes what is missing.
    ///
    /// # Errors
    /// [`Error::Certificate`] or [`Error::File`].
    pub fn create(&self) -> Result<(), Error> {
        state::create_dir(&self.state.pki())?;
        let cluster = self.authority("ca", "groundwork")?;
        for leaf in clients() {
            self.issue(&cluster, &leaf, ExtendedKeyUsagePurpose::ClientAuth)?;
        }
        for leaf in servers() {
            self.issue(&cluster, &leaf, ExtendedKeyUsagePurpose::ServerAuth)?;
        }
        let front_proxy = self.authority("front-proxy-ca", "groundwork-front-proxy")?;
        let aggregator = Leaf {
            file: "front-proxy-client",
            name: "front-proxy-client".into(),
            group: None,
            hosts: vec![],
        };
        self.issue(
            &front_proxy,
            &aggregator,
            ExtendedKeyUsagePurpose::ClientAuth,
        )?;
        self.service_account_key()?;
        encryption::create(self.state)?;
        let admin = self.state.kubeconfig();
        if !admin.is_file() {
            state::write(&admin, &self.kubeconfig("admin")?)?;
        }
        Ok(())
    }

    /// A kubeconfig of client `name`, complete in itself.
    ///
    /// # Errors
    /// [`Error::File`] when its certificate cannot be read.
    pub fn kubeconfig(&self, name: &str) -> Result<String, Error> {
        let data = |path: PathBuf| {
            fs::read(&path)
                .map(|bytes| BASE64_STANDARD.encode(bytes))
                .map_err(at("read", path))
        };
        Ok(format!(
            "apiVersion: v1
kind: Config
clusters:
  - name: groundwork
    cluster:
      server: {API_URL}
      certificate-authority-data: {ca}
users:
  - name: {name}
    user:
      client-certificate-data: {certificate}
      client-key-data: {key}
contexts:
  - name: groundwork
    context:
      cluster: groundwork
      user: {name}
current-context: groundwork
",
            ca = data(self.file("ca", "crt"))?,
            certificate = data(self.file(name, "crt"))?,
            key = data(self.file(name, "key"))?,
        ))
    }

    /// The file of `name`: `crt`, `key` or `pub`.
    pub fn file(&self, name: &str, kind: &str) -> PathBuf {
        self.state.pki().join(format!("{name}.{kind}"))
    }

    fn authority(&self, file: &str, name: &str) -> Result<Issuer<'static, KeyPair>, Error> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        params.distinguished_name.push(DnType::CommonName, name);
        set_lifetime(&mut params);
        let key = self.key(file)?;
        let certificate = self.file(file, "crt");
        if !certificate.is_file() {
            let signed = params.self_signed(&key).map_err(failed(name))?;
            state::write(&certificate, &signed.pem())?;
        }
        // The same name and key always make the same issuer; its certificate need not be read.
        Ok(Issuer::new(params, key))
    }

    fn issue(
        &self,
        issuer: &Issuer<'static, KeyPair>,
        leaf: &Leaf,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<(), Error> {
        let key = self.key(leaf.file)?;
        let certificate = self.file(leaf.file, "crt");
        if certificate.is_file() {
            return Ok(());
        }
        let mut params = CertificateParams::default();
        params.subject_alt_names = leaf
            .hosts
            .iter()
            .map(|host| {
                Ok(match host.parse::<IpAddr>() {
                    Ok(address) => SanType::IpAddress(address),
                    Err(_) => SanType::DnsName(host.as_str().try_into()?),
                })
            })
            .collect::<Result<_, rcgen::Error>>()
            .map_err(failed(&leaf.name))?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params
            .distinguished_name
            .push(DnType::CommonName, leaf.name.as_str());
        if let Some(group) = leaf.group {
            params
                .distinguished_name
                .push(DnType::OrganizationName, group);
        }
        params.use_authority_key_identifier_extension = true;
        set_lifetime(&mut params);
        let signed = params.signed_by(&key, issuer).map_err(failed(&leaf.name))?;
        state::write(&certificate, &signed.pem())
    }

    /// Reads the ECDSA P-256 key `name`, or makes it.
    fn key(&self, name: &str) -> Result<KeyPair, Error> {
        let file = self.file(name, "key");
        if file.is_file() {
            let text = fs::read_to_string(&file).map_err(at("read", &file))?;
            return KeyPair::from_pem(&text).map_err(failed(name));
        }
        let key = KeyPair::generate().map_err(failed(name))?;
        // A certificate without its key is made anew.
        state::remove(&self.file(name, "crt"))?;
        state::write(&file, &key.serialize_pem())?;
        Ok(key)
    }

    fn service_account_key(&self) -> Result<(), Error> {
        let key = self.key("service-account")?;
        state::write(&self.file("service-account", "pub"), &key.public_key_pem())
    }
}

fn set_lifetime(params: &mut CertificateParams) {
    // A day back, for a clock that is set right after the first start.
    params.not_before = OffsetDateTime::now_utc() - Duration::DAY;
    params.not_after = params.not_before + LIFETIME;
}

fn failed(name: &str) -> impl FnOnce(rcgen::Error) -> Error {
    move |source| Error::Certificate {
        name: name.into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_kept_and_what_is_lost_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        let pki = Pki::new(&state);
        assert!(!pki.is_complete());
        pki.create().unwrap();
        assert!(pki.is_complete());
        let ca = fs::read(pki.file("ca", "crt")).unwrap();
        let kubelet = fs::read(pki.file("kubelet", "crt")).unwrap();
        fs::remove_file(pki.file("kubelet", "key")).unwrap();
        pki.create().unwrap();
        assert_eq!(fs::read(pki.file("ca", "crt")).unwrap(), ca);
        assert_ne!(fs::read(pki.file("kubelet", "crt")).unwrap(), kubelet);
    }

    #[test]
    fn a_kubeconfig_carries_its_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        let pki = Pki::new(&state);
        pki.create().unwrap();
        let text = pki.kubeconfig("scheduler").unwrap();
        let certificate = fs::read(pki.file("scheduler", "crt")).unwrap();
        assert!(text.contains(&BASE64_STANDARD.encode(certificate)));
        assert!(text.contains("server: https://10.213.254.1:6443"));
    }
}
