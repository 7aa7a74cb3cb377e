//! etcd: the API server's store. It does not authenticate clients, so it listens on Unix sockets in a folder
//! that only root may enter.

use super::{
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{ETCD_METRICS_PORT, NODE_ADDRESS},
    error::Error,
};

pub fn process(context: &Context) -> Result<Process, Error> {
    let client = context.state.etcd_url("client");
    // A single member has no peers, but etcd insists on an address for them.
    let peer = context.state.etcd_url("peer");
    let args = vec![
        "--name=groundwork".into(),
        format!("--data-dir={}", display(&context.state.path("etcd"))),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=groundwork={peer}"),
        format!("--listen-metrics-urls=http://{NODE_ADDRESS}:{ETCD_METRICS_PORT}"),
        "--enable-grpc-gateway=false".into(),
        "--log-level=warn".into(),
    ];
    let probe = Probe::Http(Context::http(ETCD_METRICS_PORT, "/readyz"));
    Ok(Process::new(context, "etcd", args, probe)?.one_thread())
}
