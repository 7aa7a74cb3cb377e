//! The network controller: this launcher itself, enforcing `NetworkPolicies` and giving load balancers their
//! address.

use std::env;

use super::{
    kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    error::{Error, system},
    pki::Pki,
};

/// The process's name.
const NAME: &str = "network-controller";

pub fn process(context: &Context) -> Result<Process, Error> {
    let state = context.state;
    let kubeconfig = context.config("network-controller.kubeconfig");
    let socket = state.network_controller_socket();
    let launcher = env::current_exe().map_err(system("find its own executable"))?;
    let args = vec![
        "control-network".into(),
        format!("--kubeconfig={}", display(&kubeconfig)),
        format!("--nft={}", display(context.stack.program("nft")?)),
        format!("--socket={}", display(&socket)),
        format!("--isolated={}", display(&state.isolated_pods())),
    ];
    let process = Process::with_program(context, NAME, launcher, args, Probe::Socket(socket))
        .after(kube_apiserver::NAME)
        .file(
            kubeconfig,
            Pki::new(state).kubeconfig("network-controller")?,
        );
    Ok(process)
}
