//! What each process is made from, and how.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use groundwork_contract::Stack;
use groundwork_process::exec::HOST_PATH;

use super::spec::{Http, Probe, Spec};
use crate::{
    address::{API_URL, NODE_ADDRESS},
    error::Error,
    machine::Machine,
    pki::Pki,
    state::StateDir,
};

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
    pub(super) fn new(
        context: &Context,
        name: &str,
        args: Vec<String>,
        probe: Probe,
    ) -> Result<Self, Error> {
        let program = context.stack.program(name)?.into();
        Ok(Self::with_program(context, name, program, args, probe))
    }

    /// The same of a program that is not the stack's.
    pub(super) fn with_program(
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
    pub(super) fn one_thread(self) -> Self {
        self.env("GOMAXPROCS", "1")
    }

    pub(super) fn after(mut self, name: &str) -> Self {
        self.spec.after.push(name.into());
        self
    }

    pub(super) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.spec.env.insert(name.into(), value.into());
        self
    }

    pub(super) fn file(mut self, path: PathBuf, content: String) -> Self {
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
    pub(super) fn pki(&self, name: &str, kind: &str) -> String {
        display(&Pki::new(self.state).file(name, kind))
    }

    pub(super) fn config(&self, name: &str) -> PathBuf {
        self.state.configs().join(name)
    }

    /// The OOM score adjustment of what must outlive the pods, as far as the machine lets us.
    pub(super) fn oom_score(&self) -> i32 {
        if self.machine.can_raise_oom { -999 } else { 0 }
    }

    /// PATH of a process that runs other programs: those of the stack named, then the host's.
    pub(super) fn path(&self, programs: &[&str]) -> Result<String, Error> {
        let mut folders = BTreeSet::new();
        for name in programs {
            folders.extend(self.stack.program(name)?.parent().map(Path::to_path_buf));
        }
        let mut path: Vec<_> = folders.iter().map(|folder| display(folder)).collect();
        path.push(HOST_PATH.into());
        Ok(path.join(":"))
    }

    /// A health endpoint of the API server, seen as the administrator.
    pub(super) fn api(&self, path: &str) -> Http {
        let pki = Pki::new(self.state);
        Http {
            url: format!("{}{path}", API_URL),
            ca: Some(pki.file("ca", "crt")),
            client: Some((pki.file("admin", "crt"), pki.file("admin", "key"))),
        }
    }

    /// An open health endpoint with a certificate of ours.
    pub(super) fn https(&self, port: u16, path: &str) -> Http {
        Http {
            url: format!("https://{}:{port}{path}", NODE_ADDRESS),
            ca: Some(Pki::new(self.state).file("ca", "crt")),
            client: None,
        }
    }

    /// An open health endpoint.
    pub(super) fn http(port: u16, path: &str) -> Http {
        Http {
            url: format!("http://{}:{port}{path}", NODE_ADDRESS),
            ca: None,
            client: None,
        }
    }
}

/// `path` as an argument.
pub(super) fn display(path: &Path) -> String {
    path.display().to_string()
}
