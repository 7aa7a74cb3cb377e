//! `kubectl`: becomes the stack's kubectl with this cluster's kubeconfig.

use std::process::ExitCode;

use groundwork_process::exec::Command;

use crate::{
    cli::{Global, Kubectl},
    given, root,
};

pub fn run(global: &Global, arguments: &Kubectl) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    Err(command(global)?.args(&arguments.arguments).exec().into())
}

/// The stack's kubectl on its cluster, as the administrator.
///
/// # Errors
/// When the stack names none, or has not been up.
pub fn command(global: &Global) -> anyhow::Result<Command> {
    let stack = given::stack(global)?;
    let kubectl = Command::new(stack.program("kubectl")?);
    Ok(kubectl.env("KUBECONFIG", given::kubeconfig(global)?))
}
