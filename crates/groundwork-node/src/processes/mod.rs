//! The node's processes: what each runs, with which files, after which others, and how to see that
//! it is ready. One file for each process; nothing here starts anything.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::error::Error;

mod config;
mod containerd;
mod controller_manager;
mod etcd;
mod kube_apiserver;
mod kube_proxy;
mod kubelet;
mod network_controller;
mod process;
mod scheduler;
mod spec;

pub use self::{
    process::{Context, Process},
    spec::{Http, Probe, Spec},
};

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use groundwork_contract::{Component, Image, Stack, role};
    use groundwork_process::exec::HOST_PATH;

    use super::*;
    use crate::{cgroup::CgroupVersion, machine::Machine, pki::Pki, state::StateDir};

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
            format: groundwork_contract::FORMAT,
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
            templates: PathBuf::new(),
            variants: vec![],
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
