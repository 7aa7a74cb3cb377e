//! `kubectl`: becomes the stack's kubectl with this cluster's kubeconfig.

use std::process::ExitCode;

use groundwork_process::exec::Command;

use crate::{
    cli::{Global, Kubectl},
    given, root,
};

pub fn run(global: &Global, arguments: &Kubectl) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let stack = given::stack(global)?;
    let kubectl = Command::new(stack.program("kubectl")?)
        .args(&arguments.arguments)
        .env("KUBECONFIG", given::kubeconfig(global)?);
    Err(kubectl.exec().into())
}
