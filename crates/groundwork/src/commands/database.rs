//! `database`: a service's whole database out and in, by PostgreSQL's own programs in its pod.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use crate::{
    cli::{
        Global,
        image::{Database, DatabaseCommand},
    },
    failure::Failure,
    given, root,
    service::database,
};

pub fn run(global: &Global, arguments: &Database) -> anyhow::Result<ExitCode> {
    let (name, program): (_, &[&str]) = match &arguments.command {
        DatabaseCommand::Dump { name } => {
            refuse(
                io::stdout().is_terminal(),
                "a dump is no text for a terminal",
                "groundwork database dump NAME >FILE",
            )?;
            (name, &["pg_dump", "--format", "custom"])
        }
        DatabaseCommand::Restore { name } => {
            refuse(
                io::stdin().is_terminal(),
                "there is no dump on standard input",
                "groundwork database restore NAME <FILE",
            )?;
            // All of it or nothing.
            let restore = &[
                "pg_restore",
                "--clean",
                "--if-exists",
                "--single-transaction",
                "--dbname",
            ];
            (name, restore)
        }
    };
    root::ensure(global)?;
    let stack = given::stack(global)?;
    let component = database::of(global, &stack)?;
    let within = database::within(&stack, component, &given::kubeconfig(global)?)?;
    let command = within.args(program).arg(name);
    Err(command.exec().into())
}

fn refuse(wrong: bool, reason: &str, hint: &str) -> Result<(), Failure> {
    match wrong {
        true => Err(Failure::wrong_use(reason).hint(hint)),
        false => Ok(()),
    }
}
