//! The node's processes: what each runs, with which files, after which others, and how to see that
//! it is ready. One file for each process; nothing here starts anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use groundwork_process::exec::HOST_PATH;
use groundwork_stack::Stack;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{error::Error, machine::Machine, pki::Pki, state::StateDir};

mod containerd;
mod controller_manager;
mod etcd;
mod kube_apiserver;
mod kube_proxy;
mod kubelet;
mod network_controller;
mod scheduler;

use self::containerd::NAME as CONTAINERD;
pub(crate) use self::etcd::url as etcd_url;

/// Everything that makes a node process what it is. Two equal ones need no restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Its name, log file and cgroup.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Additions to its environment.
    pub env: BTreeMap<String, String>,
    /// A digest of its configuration files, so that a changed file restarts it.
    pub inputs: String,
    /// Processes that must have been ready before it is started.
    pub after: Vec<String>,
    /// How to see that it is ready.
    pub probe: Probe,
    /// Its OOM score adjustment, where the machine lets us set one.
    pub oom_score: Option<i32>,
    /// How long it may take to end by itself.
    pub grace: Duration,
}

/// How to see that a process is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// A Unix socket accepts connections.
    Socket(PathBuf),
    /// A URL answers 200.
    Http(Http),
    /// The node object's condition `Ready` is true.
    NodeReady(Http),
}

/// A health endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    /// Where.
    pub url: String,
    /// The authority of its certificate; `None` for plain HTTP.
    pub ca: Option<PathBuf>,
    /// Certificate and key to show.
    pub client: Option<(PathBuf, PathBuf)>,
}

/// A node process with its configuration files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// What runs.
    pub spec: Spec,
    /// Its configuration files, by path.
    pub files: Vec<(PathBuf, String)>,
}

impl Process {
    /// A process that is ready when `probe` says so; further settings are set on the result.
    fn new(context: &Context, name: &str, args: Vec<String>, probe: Probe) -> Result<Self, Error> {
        let program = context.stack.program(name)?.into();
        Ok(Self::with_program(context, name, program, args, probe))
    }

    /// The same of a program that is not the stack's.
    fn with_program(
        context: &Context,
        name: &str,
        program: PathBuf,
        args: Vec<String>,
        probe: Probe,
    ) -> Self {
        Self {
            spec: Spec {
                name: name.into(),
                program,
                args,
                env: BTreeMap::new(),
                inputs: String::new(),
                after: vec![],
                probe,
                oom_score: context.machine.can_raise_oom.then_some(-900),
                grace: Duration::from_secs(10),
            },
            files: vec![],
        }
    }

    /// Runs Go code on one thread at a time. Go's scheduler wakes idle threads to share work that
    /// one node never has; without that the idle CPU time is a fifth lower, and the API server's
    /// start, the longest, takes 3 % longer (measured on two cores).
    fn one_thread(self) -> Self {
        self.env("GOMAXPROCS", "1")
    }

    fn after(mut self, name: &str) -> Self {
        self.spec.after.push(name.into());
        self
    }

    fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.spec.env.insert(name.into(), value.into());
        self
    }

    fn file(mut self, path: PathBuf, content: String) -> Self {
        self.files.push((path, content));
        self
    }
}

/// What the processes are made from.
pub struct Context<'a> {
    /// Where files are.
    pub state: &'a StateDir,
    /// Where programs are.
    pub stack: &'a Stack,
    /// What the machine can do.
    pub machine: &'a Machine,
}

impl Context<'_> {
    fn pki(&self, name: &str, kind: &str) -> String {
        display(&Pki::new(self.state).file(name, kind))
    }

    fn config(&self, name: &str) -> PathBuf {
        self.state.configs().join(name)
    }

    /// PATH of a process that runs other programs: those of the stack named, then the host's.
    fn path(&self, programs: &[&str]) -> Result<String, Error> {
        let mut folders = BTreeSet::new();
        for name in programs {
            folders.extend(self.stack.program(name)?.parent().map(Path::to_path_buf));
        }
        let mut path: Vec<_> = folders.iter().map(|folder| display(folder)).collect();
        path.push(HOST_PATH.into());
        Ok(path.join(":"))
    }

    /// A health endpoint of the API server, seen as the administrator.
    fn api(&self, path: &str) -> Http {
        let pki = Pki::new(self.state);
        Http {
            url: format!("{}{path}", crate::address::API_URL),
            ca: Some(pki.file("ca", "crt")),
            client: Some((pki.file("admin", "crt"), pki.file("admin", "key"))),
        }
    }

    /// An open health endpoint with a certificate of ours.
    fn https(&self, port: u16, path: &str) -> Http {
        Http {
            url: format!("https://{}:{port}{path}", crate::address::NODE_ADDRESS),
            ca: Some(Pki::new(self.state).file("ca", "crt")),
            client: None,
        }
    }

    /// An open health endpoint.
    fn http(port: u16, path: &str) -> Http {
        Http {
            url: format!("http://{}:{port}{path}", crate::address::NODE_ADDRESS),
            ca: None,
            client: None,
        }
    }
}

/// All node processes, each after those that it needs. The certificates must exist.
///
/// # Errors
/// [`Error::Stack`] when the manifest lacks a program, [`Error::File`] when a certificate cannot be
/// read.
pub fn all(context: &Context) -> Result<Vec<Process>, Error> {
    let mut processes = vec![
        etcd::process(context)?,
        containerd::process(context)?,
        kube_apiserver::process(context)?,
        controller_manager::process(context)?,
        scheduler::process(context)?,
        kubelet::process(context)?,
        kube_proxy::process(context)?,
        network_controller::process(context)?,
    ];
    for process in &mut processes {
        process.spec.inputs = digest(&process.files);
    }
    Ok(processes)
}

fn digest(files: &[(PathBuf, String)]) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files {
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(content);
        hash.update([0]);
    }
    format!("{:x}", hash.finalize())
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use groundwork_stack::{Component, Image, role};

    use super::*;
    use crate::machine::CgroupVersion;

    fn stack() -> Stack {
        let names = [
            "etcd",
            "containerd",
            "containerd-shim-runc-v2",
            "ctr",
            "runc",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
            "nft",
        ];
        Stack {
            format: groundwork_stack::FORMAT,
            version: "0".into(),
            programs: names
                .iter()
                .map(|name| ((*name).into(), format!("/store/{name}/bin/{name}").into()))
                .collect(),
            cni_plugins: "/store/cni/bin".into(),
            components: vec![Component {
                role: role::PAUSE.into(),
                image: Some(Image {
                    name: "pause".into(),
                    reference: "groundwork.local/pause:0".into(),
                    digest: "sha256:0".into(),
                    layout: "/store/pause".into(),
                }),
                ..Component::default()
            }],
            waves: vec![],
        }
    }

    fn made(cgroup: CgroupVersion, can_raise_oom: bool) -> Vec<Process> {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        Pki::new(&state).create().unwrap();
        let machine = Machine {
            cgroup,
            can_raise_oom,
            systemd: false,
            cpus: 2,
        };
        let stack = stack();
        all(&Context {
            state: &state,
            stack: &stack,
            machine: &machine,
        })
        .unwrap()
    }

    fn content(processes: &[Process], file: &str) -> String {
        let files = processes.iter().flat_map(|process| &process.files);
        let (_, content) = files
            .into_iter()
            .find(|(path, _)| path.ends_with(file))
            .unwrap();
        content.clone()
    }

    #[test]
    fn every_process_comes_after_those_that_it_needs() {
        let mut seen = BTreeSet::new();
        for process in made(CgroupVersion::V2, true) {
            for name in &process.spec.after {
                assert!(seen.contains(name), "{name}");
            }
            seen.insert(process.spec.name);
        }
        assert_eq!(seen.len(), 8);
    }

    #[test]
    fn nothing_listens_on_every_address() {
        for process in made(CgroupVersion::V2, true) {
            let files = process.files.iter().map(|(_, content)| content.as_str());
            let all: Vec<&str> = process
                .spec
                .args
                .iter()
                .map(String::as_str)
                .chain(files)
                .collect();
            assert!(
                !all.join("\n").contains("0.0.0.0:"),
                "{}",
                process.spec.name
            );
        }
    }

    #[test]
    fn nobody_s_path_is_a_process_s() {
        let processes = made(CgroupVersion::V2, true);
        let paths: Vec<_> = processes
            .iter()
            .filter_map(|process| process.spec.env.get("PATH"))
            .collect();
        let nft = format!("/store/nft/bin:{HOST_PATH}");
        let runtime = format!("/store/nft/bin:/store/runc/bin:{HOST_PATH}");
        assert_eq!(paths, [&runtime, &nft, &nft]);
    }

    #[test]
    fn an_unprivileged_machine_sets_no_oom_score() {
        let processes = made(CgroupVersion::V1, false);
        assert!(
            processes
                .iter()
                .all(|process| process.spec.oom_score.is_none())
        );
        let toml = content(&processes, "containerd.toml");
        assert!(toml.contains("restrict_oom_score_adj = true"));
        assert!(content(&processes, "kubelet.yaml").contains("failCgroupV1: false"));
    }

    #[test]
    fn containerd_s_configuration_is_valid_toml() {
        let text = content(&made(CgroupVersion::V2, true), "containerd.toml");
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(
            table["plugins"]["io.containerd.cri.v1.images"]["pinned_images"]["sandbox"].as_str(),
            Some("groundwork.local/pause:0")
        );
    }

    #[test]
    fn the_pod_network_s_configuration_is_valid_json() {
        let text = content(&made(CgroupVersion::V2, true), "10-groundwork.conflist");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["plugins"][0]["bridge"], "gw-pods");
    }

    #[test]
    fn a_changed_configuration_file_changes_the_process() {
        let file = |content: &str| vec![("/a".into(), content.to_string())];
        assert_ne!(digest(&file("1")), digest(&file("2")));
    }
}
