//! `secret`: keeps secrets in the cluster, and shows who used them. A value comes in by a prompt,
//! standard input or a file, and goes out by `get --reveal` and `export`; nothing else has it.

use std::process::ExitCode;

use crate::{
    cli::{
        Global,
        secret::{Delete, SecretCommand},
    },
    failure::Exit,
    output, root, runtime, secrets,
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
    let runtime = runtime::new()?;
    match command {
        SecretCommand::Set(arguments) => runtime.block_on(set::run(global, arguments)),
        SecretCommand::Get(arguments) => runtime.block_on(show::get(global, arguments)),
        SecretCommand::List(arguments) => runtime.block_on(show::list(global, arguments)),
        SecretCommand::History(arguments) => runtime.block_on(show::history(global, arguments)),
        SecretCommand::Rollback(arguments) => runtime.block_on(async {
            let (store, id, note) = secrets::change(global, "rollback", &arguments.change).await?;
            secrets::written(&store.rollback(&id, arguments.to, &note).await?);
            Ok(())
        }),
        SecretCommand::Rotate(arguments) => runtime.block_on(async {
            let (store, id, note) = secrets::change(global, "rotate", arguments).await?;
            secrets::written(&store.rotate(&id, &note).await?);
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
    let (store, id) = secrets::secret(global, "delete", &arguments.which).await?;
    if !arguments.yes {
        let question = format!("This removes {id} with all its versions.");
        let again = format!(
            "groundwork secret delete -n {} {} --yes",
            id.namespace, id.name
        );
        output::confirm(&question, "delete removes all versions", &again)?;
    }
    let versions = store.delete(&id).await?;
    output::line(format!("{id}: removed, {versions} versions"));
    Ok(())
}
