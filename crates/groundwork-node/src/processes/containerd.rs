//! containerd with runc, and the pods' network.

use groundwork_contract::role;
use serde_json::json;

use super::{
    config,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{POD_BRIDGE, POD_NETWORK},
    cgroup::SHIMS,
    error::Error,
};

/// The process's name.
pub const NAME: &str = "containerd";

pub fn process(context: &Context) -> Result<Process, Error> {
    let config = context.config("containerd.toml");
    let args = vec!["--config".into(), display(&config)];
    let probe = Probe::Socket(context.state.containerd_socket());
    let process = Process::new(context, NAME, args, probe)?
        .env("PATH", context.path(&["nft", "runc"])?)
        .file(config, toml(context)?)
        .file(
            context.config("cni/10-groundwork.conflist"),
            conflist(context),
        );
    Ok(process)
}

fn toml(context: &Context) -> Result<String, Error> {
    let (state, run) = (context.state, context.state.run());
    let socket = display(&state.containerd_socket());
    let program = |name| Ok::<_, Error>(display(context.stack.program(name)?));
    let mut config = config::of_toml(include_str!("../../configs/containerd.toml"));
    config["root"] = json!(display(&state.path("containerd")));
    config["state"] = json!(display(&run.join("containerd")));
    config["temp"] = json!(display(&state.path("containerd/tmp")));
    let plugins = &mut config["plugins"];
    plugins["io.containerd.server.v1.ttrpc"]["address"] = json!(format!("{socket}.ttrpc"));
    plugins["io.containerd.server.v1.grpc"]["address"] = json!(socket);
    plugins["io.containerd.shim.v1.manager"]["socket_dir"] = json!(display(&run.join("s")));
    let pause = context.stack.of_role(role::PAUSE)?.image()?;
    plugins["io.containerd.cri.v1.images"]["pinned_images"]["sandbox"] = json!(pause.reference);
    let cri = &mut plugins["io.containerd.cri.v1.runtime"];
    cri["restrict_oom_score_adj"] = json!(!context.machine.can_raise_oom);
    cri["cni"]["bin_dirs"] = json!([display(&context.stack.cni_plugins)]);
    cri["cni"]["conf_dir"] = json!(display(&context.config("cni")));
    let runc = &mut cri["containerd"]["runtimes"]["runc"];
    runc["runtime_path"] = json!(program("containerd-shim-runc-v2")?);
    runc["options"]["BinaryName"] = json!(program("runc")?);
    runc["options"]["Root"] = json!(display(&run.join("runc")));
    runc["options"]["ShimCgroup"] = json!(format!("/{SHIMS}"));
    Ok(config::toml(&config))
}

/// The pods' network: a bridge with masquerading, and what a pod's `hostPort` asks for.
fn conflist(context: &Context) -> String {
    let mut config = config::of_json(include_str!("../../configs/cni.json"));
    let bridge = &mut config["plugins"][0];
    bridge["bridge"] = json!(POD_BRIDGE);
    bridge["ipam"]["dataDir"] = json!(display(&context.state.run().join("pod-addresses")));
    bridge["ipam"]["ranges"] = json!([[{"subnet": POD_NETWORK}]]);
    config.to_string()
}
