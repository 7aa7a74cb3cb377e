//! `secret`: keeps secrets in the cluster, and shows who used them. A value comes in by a prompt,
//! standard input or a file, and goes out by `get --reveal` and `export`; nothing else has it.

use std::{env, process::ExitCode};

use groundwork_apply::{Caller, Cluster};
use groundwork_node::StateDir;
use groundwork_secrets::store::{Entry, Id, Note, Store};

use crate::{
    cli::{
        Global,
        secret::{Change, Delete, SecretCommand, Which},
    },
    failure::Exit,
    output, root,
};

mod audit;
mod files;
mod rotate_key;
mod set;
mod show;

pub fn run(global: &Global, command: &SecretCommand) -> anyhow::Result<ExitCode> {
    if let SecretCommand::Set(arguments) = command {
        // Before sudo puts the arguments on record.
        set::check(arguments)?;
    }
    root::ensure(global)?;
    let runtime = super::runtime()?;
    match command {
        SecretCommand::Set(arguments) => runtime.block_on(set::run(global, arguments)),
        SecretCommand::Get(arguments) => runtime.block_on(show::get(global, arguments)),
        SecretCommand::List(arguments) => runtime.block_on(show::list(global, arguments)),
        SecretCommand::History(arguments) => runtime.block_on(show::history(global, arguments)),
        SecretCommand::Rollback(arguments) => runtime.block_on(async {
            let (store, id, note) = change(global, "rollback", &arguments.change).await?;
            written(&store.rollback(&id, arguments.to, &note).await?);
            Ok(())
        }),
        SecretCommand::Rotate(arguments) => runtime.block_on(async {
            let (store, id, note) = change(global, "rotate", arguments).await?;
            written(&store.rotate(&id, &note).await?);
            Ok(())
        }),
        SecretCommand::Delete(arguments) => runtime.block_on(delete(global, arguments)),
        SecretCommand::Import(arguments) => runtime.block_on(files::import(global, arguments)),
        SecretCommand::Export(arguments) => runtime.block_on(files::export(global, arguments)),
        SecretCommand::Audit(arguments) => runtime.block_on(audit::run(global, arguments)),
        SecretCommand::RotateKey(arguments) => rotate_key::run(global, arguments.json, &runtime),
    }?;
    Ok(Exit::Done.into())
}

async fn delete(global: &Global, arguments: &Delete) -> anyhow::Result<()> {
    let (store, id) = secret(global, "delete", &arguments.which).await?;
    if !arguments.yes {
        let question = format!("This removes {id} with all its versions.");
        let again = format!(
            "groundwork secret delete -n {} {} --yes",
            id.namespace, id.name
        );
        super::confirm(&question, "delete removes all versions", &again)?;
    }
    let versions = store.delete(&id).await?;
    output::line(format!("{id}: removed, {versions} versions"));
    Ok(())
}

/// The secrets of the cluster of `state`, asked for by the person who calls; `what` is the command,
/// for the audit log.
pub async fn store(state: &StateDir, what: &str) -> anyhow::Result<Store> {
    let caller = Caller {
        user: person(),
        agent: format!("groundwork-secret/{what}"),
    };
    let cluster = Cluster::connect_as(&state.kubeconfig(), &caller).await?;
    Ok(Store::new(cluster.client().clone()))
}

async fn running(global: &Global, what: &str) -> anyhow::Result<Store> {
    super::kubeconfig(global)?;
    store(&super::state_dir(global)?, what).await
}

/// The secret that `which` names, and the store that has it.
async fn secret(global: &Global, what: &str, which: &Which) -> anyhow::Result<(Store, Id)> {
    let id = Id::new(&which.namespace, &which.name)?;
    Ok((running(global, what).await?, id))
}

/// The same, for a change.
async fn change(global: &Global, what: &str, change: &Change) -> anyhow::Result<(Store, Id, Note)> {
    let (store, id) = secret(global, what, &change.which).await?;
    let note = Note {
        who: person(),
        why: change.why.clone(),
    };
    Ok((store, id, note))
}

fn written(entry: &Entry) {
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
