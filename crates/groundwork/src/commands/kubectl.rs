//! `kubectl`: becomes the stack's kubectl with this cluster's kubeconfig.

use std::process::ExitCode;

use groundwork_exec::Command;

use crate::{
    cli::{Global, Kubectl},
    failure::Failure,
    root,
};

pub fn run(global: &Global, arguments: &Kubectl) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let stack = super::stack(global)?;
    let kubeconfig = super::state_dir(global)?.kubeconfig();
    if !kubeconfig.exists() {
        return Err(Failure::stack(format!(
            "there is no cluster: {} is missing",
            kubeconfig.display()
        ))
        .hint("groundwork up")
        .into());
    }
    let kubectl = Command::new(stack.program("kubectl")?)
        .args(&arguments.arguments)
        .env("KUBECONFIG", kubeconfig);
    Err(kubectl.exec().into())
}
