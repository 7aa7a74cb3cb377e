//! Kernel settings that the node needs, and that the kubelet would set by itself.

use std::{collections::BTreeMap, fs, path::PathBuf};

use groundwork_process::exec::{Command, HOST_PATH};
use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    error::{Error, at},
    node::Node,
    state::StateDir,
};

/// The name below `/proc/sys`, the value, and whether every kernel has it.
const SETTINGS: [(&str, &str, bool); 10] = [
    // Pods reach each other, services and the world through the host.
    ("net/ipv4/ip_forward", "1", true),
    // A pod that reaches its neighbour by a service's address needs the answer translated back.
    ("net/bridge/bridge-nf-call-iptables", "1", false),
    // What pods send to each other by IPv6 does not go past the packet filter.
    ("net/bridge/bridge-nf-call-ip6tables", "1", false),
    // The kubelet's own wishes (its `protectKernelDefaults` names them); set here, so that they are
    // undone with the rest.
    ("vm/overcommit_memory", "1", true),
    ("vm/panic_on_oom", "0", true),
    ("kernel/panic", "10", true),
    ("kernel/panic_on_oops", "1", true),
    ("kernel/keys/root_maxkeys", "1000000", true),
    ("kernel/keys/root_maxbytes", "25000000", true),
    // Each pod watches some files; the default of 128 is used up by a handful.
    ("fs/inotify/max_user_instances", "8192", true),
];

/// Sets kernel settings and remembers what they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelSettings {
    before: BTreeMap<String, String>,
}

impl KernelSettings {
    /// Looks at the settings as they are.
    pub fn look() -> Self {
        // Some machines have it built in, some cannot load it: then the setting is either there or `doctor` tells.
        let _ = Command::new("modprobe")
            .env("PATH", HOST_PATH)
            .arg("br_netfilter")
            .run();
        let read = |(name, _, _): &(&str, _, _)| {
            let text = fs::read_to_string(path(name)).ok()?;
            Some(((*name).to_string(), text.trim().to_string()))
        };
        Self {
            before: SETTINGS.iter().filter_map(read).collect(),
        }
    }

    /// Keeps the values that an earlier run found; for settings that are new in this one, those found now.
    pub fn remember(&mut self, earlier: &Self) {
        self.before.extend(earlier.before.clone());
    }

    #[cfg(test)]
    pub fn found<const N: usize>(before: [(&str, &str); N]) -> Self {
        Self {
            before: before
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
        }
    }
}

impl Action for KernelSettings {
    fn describe(&self) -> &'static str {
        "sets kernel settings"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        Ok(SETTINGS.iter().all(|(name, value, required)| {
            fs::read_to_string(path(name)).map_or(!required, |found| found.trim() == *value)
        }))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        for (name, value, required) in SETTINGS {
            let path = path(name);
            match fs::read_to_string(&path) {
                Ok(found) if found.trim() == value => {}
                Err(_) if !required => {}
                _ => fs::write(&path, value).map_err(at("set", &path))?,
            }
        }
        Ok(())
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        for (name, value, _) in SETTINGS {
            let Some(before) = self.before.get(name) else {
                continue;
            };
            let path = path(name);
            // Somebody else has changed it since: theirs stays.
            let ours = fs::read_to_string(&path).is_ok_and(|found| found.trim() == value);
            if ours && before != value {
                fs::write(&path, before).map_err(at("set", &path))?;
            }
        }
        Ok(())
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from("/proc/sys").join(name)
}
