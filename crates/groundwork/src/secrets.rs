//! The secrets of the running cluster, asked for by the person who calls.

use std::env;

use groundwork_apply::{Caller, Cluster};
use groundwork_node::StateDir;
use groundwork_secrets::store::{Entry, Id, Note, Store};

use crate::{
    cli::{
        Global,
        secret::{Change, Which},
    },
    given, output,
};

/// The secrets of the cluster of `state`, asked for by the person who calls; `what` is the command,
/// for the audit log.
pub async fn open(state: &StateDir, what: &str) -> anyhow::Result<Store> {
    let caller = Caller {
        user: person(),
        agent: format!("groundwork-secret/{what}"),
    };
    let cluster = Cluster::connect_as(&state.kubeconfig(), &caller).await?;
    Ok(Store::new(cluster.client().clone()))
}

/// The same of the cluster that runs.
pub async fn running(global: &Global, what: &str) -> anyhow::Result<Store> {
    given::kubeconfig(global)?;
    open(&given::state_dir(global)?, what).await
}

/// The secret that `which` names, and the store that has it.
pub async fn secret(global: &Global, what: &str, which: &Which) -> anyhow::Result<(Store, Id)> {
    let id = Id::new(&which.namespace, &which.name)?;
    Ok((running(global, what).await?, id))
}

/// The same, for a change.
pub async fn change(
    global: &Global,
    what: &str,
    change: &Change,
) -> anyhow::Result<(Store, Id, Note)> {
    let (store, id) = secret(global, what, &change.which).await?;
    let note = Note {
        who: person(),
        why: change.why.clone(),
    };
    Ok((store, id, note))
}

/// Tells which version was written.
pub fn written(entry: &Entry) {
    output::line(format!("{}: version {}", entry.id(), entry.version));
}

/// `user:alice`: who called, also through sudo.
pub fn person() -> String {
    let sudo = env::var("SUDO_USER").ok();
    let own = || {
        Some(
            nix::unistd::User::from_uid(nix::unistd::getuid())
                .ok()??
                .name,
        )
    };
    let name = sudo.or_else(own).unwrap_or_default();
    // As a header can carry it.
    let name: String = name.chars().filter(char::is_ascii_graphic).collect();
    match name.is_empty() {
        true => format!("user:{}", nix::unistd::getuid()),
        false => format!("user:{name}"),
    }
}
