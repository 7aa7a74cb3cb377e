//! What the environment tells the console.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

/// The console's settings; in the cluster they come as environment variables.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where the page and its API are.
    #[arg(long, env = "CONSOLE_LISTEN", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// Where health, readiness and metrics are, for the cluster alone.
    #[arg(long, env = "CONSOLE_OPS_LISTEN", default_value = "0.0.0.0:9464")]
    pub ops: SocketAddr,
    /// The hosts that a browser may name, as in its address bar. `localhost` and 127.0.0.1 with the port
    /// of `listen` are always among them; a host beyond loopback needs a token.
    #[arg(
        long,
        env = "CONSOLE_HOSTS",
        value_delimiter = ',',
        default_value = "console.localhost:8080"
    )]
    pub hosts: Vec<String>,
    /// A file with the password that every request must have.
    #[arg(long, env = "CONSOLE_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The folder of the built page.
    #[arg(long, env = "CONSOLE_PAGE", default_value = "/srv/console")]
    pub page: PathBuf,
    /// The folder of the dashboards, one JSON file each.
    #[arg(
        long,
        env = "CONSOLE_DASHBOARDS",
        default_value = "/etc/console/dashboards"
    )]
    pub dashboards: PathBuf,
    /// The list of the stack's components: the servers that it asks, and what may be asked of them.
    #[arg(
        long,
        env = "CONSOLE_COMPONENTS",
        value_name = "FILE",
        default_value = "/etc/console/components/components.json"
    )]
    pub components: PathBuf,
    /// The cluster, for a console outside of it; inside, its service account says which.
    #[arg(long, env = "CONSOLE_KUBECONFIG", value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// How long it still takes requests after it was told to stop and is no longer ready: as long
    /// as the cluster needs to send new ones elsewhere.
    #[arg(skip = Duration::from_secs(2))]
    pub drain: Duration,
    /// How long it then waits for the requests in flight. A live tail never ends by itself.
    #[arg(skip = Duration::from_secs(3))]
    pub grace: Duration,
}
