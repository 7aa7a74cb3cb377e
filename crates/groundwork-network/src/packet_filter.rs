//! Loads the rules, and looks whether they are still there.

use std::{collections::BTreeSet, fs, io, net::Ipv4Addr};

use groundwork_process::exec::Command;

use crate::{
    error::Error,
    policy::IsolatedPod,
    rules::{TABLE, ruleset},
    settings::Settings,
};

/// What the packet filter has been given.
pub struct PacketFilter<'a> {
    settings: &'a Settings,
    /// As it was loaded last; none when that is not known.
    loaded: Option<String>,
    /// The pods whose packets it may stop.
    isolated: BTreeSet<Ipv4Addr>,
}

impl<'a> PacketFilter<'a> {
    /// Nothing is known of what an earlier controller has left.
    pub fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            loaded: None,
            isolated: BTreeSet::new(),
        }
    }

    /// Makes it enforce the policies behind `pods`. The same again costs nothing.
    pub fn load(&mut self, pods: &[IsolatedPod]) -> Result<(), Error> {
        let rules = ruleset(pods);
        if self.loaded.as_ref() == Some(&rules) {
            return Ok(());
        }
        self.loaded = None;
        // Before the rules change: a packet that a policy stops must not be taken for a fault.
        let addresses: BTreeSet<_> = pods.iter().map(|pod| pod.address).collect();
        self.isolated.extend(&addresses);
        self.write()?;
        let load = Command::new(&self.settings.nft).args(["--file", "-"]);
        load.stdin_bytes(rules.clone()).run()?;
        self.isolated = addresses;
        self.write()?;
        tracing::info!("policies select {} pods", pods.len());
        self.loaded = Some(rules);
        Ok(())
    }

    /// Forgets what has been loaded if it is gone: reloading another packet filter may flush all of them.
    pub fn look(&mut self) {
        let is_empty = self.loaded == Some(ruleset(&[]));
        let list = Command::new(&self.settings.nft).args(["list", "table", "ip", TABLE]);
        if !is_empty && list.run().is_err() {
            self.loaded = None;
        }
    }

    fn write(&self) -> Result<(), Error> {
        let path = &self.settings.isolated;
        let lines: Vec<_> = self.isolated.iter().map(ToString::to_string).collect();
        let new = path.with_extension("new");
        let failed = |source: io::Error| Error::System {
            what: format!("write {}", path.display()),
            source,
        };
        fs::write(&new, lines.join("\n")).map_err(failed)?;
        fs::rename(&new, path).map_err(failed)
    }
}
