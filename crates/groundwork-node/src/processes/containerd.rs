//! containerd with runc, and the pods' network.

use super::{
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{POD_BRIDGE, POD_NETWORK},
    cgroup::SHIMS,
    error::Error,
};
use groundwork_stack::role;

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
    let state = context.state;
    let program = |name| Ok::<_, Error>(display(context.stack.program(name)?));
    Ok(format!(
        r#"version = 4
root = "{root}"
state = "{run}/containerd"
temp = "{root}/tmp"
# What a node without these file systems, plugins and remote tracing does not need.
disabled_plugins = [
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.snapshotter.v1.native",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.differ.v1.erofs",
  "io.containerd.mount-handler.v1.erofs",
  "io.containerd.image-verifier.v1.bindir",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.nri.v1.nri",
]

[plugins."io.containerd.server.v1.grpc"]
address = "{socket}"
[plugins."io.containerd.server.v1.ttrpc"]
address = "{socket}.ttrpc"
[plugins."io.containerd.server.v1.debug"]
address = ""

[plugins."io.containerd.shim.v1.manager"]
socket_dir = "{run}/s"
env = ["GOMAXPROCS=1"]

[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "{pause}"

[plugins."io.containerd.cri.v1.runtime"]
# The kubelet has its own figures; once a second, as by default, is a third of the idle CPU time.
stats_collect_period = "1m"
restrict_oom_score_adj = {restrict_oom}
netns_mounts_under_state_dir = true
enable_unprivileged_ports = true
enable_unprivileged_icmp = true
cdi_spec_dirs = []
[plugins."io.containerd.cri.v1.runtime".cni]
# Otherwise each pod costs a run of the plugin, which leaves a file outside the state directory.
use_internal_loopback = true
bin_dirs = ["{cni_plugins}"]
conf_dir = "{cni_config}"
[plugins."io.containerd.cri.v1.runtime".containerd]
default_runtime_name = "runc"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
runtime_path = "{shim}"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = "{runc}"
Root = "{run}/runc"
ShimCgroup = "/{SHIMS}"
SystemdCgroup = false
"#,
        root = display(&state.path("containerd")),
        run = display(&state.run()),
        socket = display(&state.containerd_socket()),
        pause = context.stack.of_role(role::PAUSE)?.image()?.reference,
        restrict_oom = !context.machine.can_raise_oom,
        cni_plugins = display(&context.stack.cni_plugins),
        cni_config = display(&context.config("cni")),
        shim = program("containerd-shim-runc-v2")?,
        runc = program("runc")?,
    ))
}

/// The pods' network: a bridge with masquerading, and what a pod's `hostPort` asks for.
fn conflist(context: &Context) -> String {
    format!(
        r#"{{
  "cniVersion": "1.0.0",
  "name": "groundwork",
  "plugins": [
    {{
      "type": "bridge",
      "bridge": "{POD_BRIDGE}",
      "isGateway": true,
      "ipMasq": true,
      "ipMasqBackend": "nftables",
      "hairpinMode": true,
      "ipam": {{
        "type": "host-local",
        "dataDir": "{addresses}",
        "ranges": [[{{ "subnet": "{POD_NETWORK}" }}]],
        "routes": [{{ "dst": "0.0.0.0/0" }}]
      }}
    }},
    {{
      "type": "portmap",
      "backend": "nftables",
      "capabilities": {{ "portMappings": true }}
    }}
  ]
}}
"#,
        addresses = display(&context.state.run().join("pod-addresses")),
    )
}
