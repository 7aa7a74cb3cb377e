//! The command line's shape: clap types and nothing else. What a command does is in `commands`.

pub mod bench;
pub mod ci;
pub mod image;
pub mod json;
pub mod release;
pub mod secret;
pub mod service;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::Timestamp;
use json::Json;

/// A real Kubernetes on this machine: one command to start it, one to remove it.
#[derive(Debug, Parser)]
#[command(
    name = "groundwork",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done, 1 the stack or a check failed, 2 wrong use, 3 the machine cannot do it."
)]
pub struct Cli {
    /// Arguments that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Arguments that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The folder that holds everything the node writes
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "GROUNDWORK_STATE_DIR",
        default_value = "/var/lib/groundwork",
        overrides_with = "state_dir"
    )]
    pub state_dir: PathBuf,
    /// The stack manifest; the installed launcher knows its own
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GROUNDWORK_STACK",
        overrides_with = "stack"
    )]
    pub stack: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check that this machine can run the stack, and say what to change if not
    Doctor(Json),
    /// Start what does not run yet, and wait until everything is ready
    Up(Up),
    /// Show what `up` would change, field by field; exits with 1 when there is something
    Diff(Json),
    /// Write the stack's objects as plain YAML, in the order in which they go in
    Render(Render),
    /// Show what runs; exits with 1 when something of it is not ready
    Status(Json),
    /// Open the console in a browser, or print its address where there is none
    Open(Open),
    /// Show the logs of a node process or of a workload
    Logs(Logs),
    /// Check the requirements on the running stack
    Validate(Validate),
    /// Measure the stack
    Bench(bench::Bench),
    /// Run the pipeline of a checkout, stage by stage, as CI does
    Ci(ci::Ci),
    /// Make what a release consists of, from a checkout at its tag
    Release(release::Release),
    /// Stop everything and keep the data
    Down,
    /// Remove everything, the data too
    Destroy(Destroy),
    /// Show the event bus's topics, and how far its readers are
    Topics(Topics),
    /// Publish the lines of standard input to a topic, made if it is not there
    Produce(Produce),
    /// Write a topic's records to standard output
    Consume(Consume),
    /// Make a service of your own from a template
    New(service::New),
    /// Build a service, bring it into the cluster, and wait until it answers
    Deploy(service::Deploy),
    /// Bring each change of services into the cluster as it is saved, until Ctrl-C
    Dev(service::Dev),
    /// Run a service on this machine, with the settings, secrets and addresses that it has in the cluster
    Run(service::Run),
    /// Show the services that are deployed; exits with 1 when one is not ready
    Services(Json),
    /// Check whether a service follows the structure of all services, or bring it up to date
    Service(service::Service),
    /// Bring a service's last good deployment back
    Rollback(service::Rollback),
    /// Take a service out of the cluster; its data stays
    Remove(service::Remove),
    /// Bring images of others into the node
    Image(image::Image),
    /// Take a service's whole database out, or put one in
    Database(image::Database),
    /// Keep secrets, with their versions and a record of every access
    Secret(secret::Secret),
    /// Run the stack's kubectl on its cluster
    #[command(disable_help_flag = true)]
    Kubectl(Kubectl),
    /// Print the script by which a shell completes these commands
    Completion(Completion),
    /// Keep the node's processes running (started by `up`)
    #[command(hide = true)]
    Supervise,
    /// Enforce the cluster's network policies (started by the supervisor)
    #[command(hide = true)]
    ControlNetwork(ControlNetwork),
    /// Enter a control group, then become another program (started by the supervisor)
    #[command(hide = true)]
    NodeExec(NodeExec),
}

/// Arguments of `up`.
#[derive(Debug, Args)]
pub struct Up {
    /// How long the node's processes, and then the objects in the cluster, may take to become ready [default: 300,
    /// and longer on a slow machine]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// Have this optional component, too, now and at each later `up`; it is built if it is not there
    #[arg(long, value_name = "NAME")]
    pub with: Vec<String>,
    /// Have it no longer; its data stays
    #[arg(long, value_name = "NAME")]
    pub without: Vec<String>,
    /// Come back by itself after each reboot, until `down` or `destroy` (where systemd runs)
    #[arg(long)]
    pub enable: bool,
    /// Delete topics that topics.yaml does not name, with their records
    #[arg(long)]
    pub prune_topics: bool,
    /// Change nothing, and show what would change, as `diff` does
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct Render {
    /// A folder for a file of each wave; without one, all of them go to standard output
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Arguments of `open`.
#[derive(Debug, Args)]
pub struct Open {
    /// overview, dashboards, explore, events, alerts, or a dashboard's name
    #[arg(default_value = "overview")]
    pub page: String,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// A node process (etcd, kubelet, …) or a workload (hello, coredns, …)
    pub name: String,
    /// Go on showing lines as they are written, through restarts and roll-outs
    #[arg(short, long)]
    pub follow: bool,
    /// How many of the last lines to begin with
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    pub lines: usize,
    /// Begin each line with its pod and container, as is done when there are several
    #[arg(long)]
    pub prefix: bool,
}

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Only these requirements, such as REQ-0.1; all of them when none is named
    #[arg(value_name = "REQ")]
    pub requirements: Vec<String>,
    /// Also kill processes, stop, and remove the cluster and start it anew: its data is lost
    #[arg(long)]
    pub disruptive: bool,
    /// Judge no time, and leave out what is about speed alone: for an emulated or busy machine
    #[arg(long)]
    pub without_speed: bool,
    /// Also write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `topics`.
#[derive(Debug, Args)]
pub struct Topics {
    /// What to show; all topics when nothing is named
    #[command(subcommand)]
    pub command: Option<TopicsCommand>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long, global = true)]
    pub json: bool,
}

/// What `topics` can show.
#[derive(Debug, Subcommand)]
pub enum TopicsCommand {
    /// All topics, one line each
    List,
    /// One topic's partitions, and the settings that are not Kafka's own defaults
    Describe {
        /// The topic
        topic: String,
    },
    /// How many records each group has not confirmed yet
    Lag {
        /// Only this group
        group: Option<String>,
    },
}

/// Arguments of `produce`.
#[derive(Debug, Args)]
pub struct Produce {
    /// The topic
    pub topic: String,
    /// Each line is a key, a tab and a value
    #[arg(long)]
    pub keys: bool,
}

/// Arguments of `consume`.
#[derive(Debug, Args)]
pub struct Consume {
    /// The topic
    pub topic: String,
    /// Begin with the oldest record, rather than with the next one
    #[arg(long)]
    pub from_beginning: bool,
    /// Begin with the first record of this moment or later, such as 2026-11-22T14:30:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "from_beginning")]
    pub from: Option<Timestamp>,
    /// End after so many records
    #[arg(long, value_name = "N")]
    pub max: Option<u64>,
    /// End with the last record that is there now
    #[arg(long)]
    pub until_end: bool,
    /// Print each record as one line of JSON, with key, partition, offset, time and headers
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `kubectl`.
#[derive(Debug, Args)]
pub struct Kubectl {
    /// Passed on as they are
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENTS"
    )]
    pub arguments: Vec<OsString>,
}

/// Arguments of `completion`.
#[derive(Debug, Clone, Copy, Args)]
pub struct Completion {
    /// Whose script it is
    pub shell: Shell,
}

/// Arguments of `control-network`.
#[derive(Debug, Args)]
pub struct ControlNetwork {
    /// How to reach the API server
    #[arg(long)]
    pub kubeconfig: PathBuf,
    /// The program that loads rules
    #[arg(long)]
    pub nft: PathBuf,
    /// The socket that takes connections as long as all is well
    #[arg(long)]
    pub socket: PathBuf,
    /// Where the addresses of the pods go that policies select
    #[arg(long)]
    pub isolated: PathBuf,
}

/// Arguments of `node-exec`.
#[derive(Debug, Args)]
pub struct NodeExec {
    /// The control group to enter, relative to the node's
    #[arg(long)]
    pub cgroup: String,
    /// The out-of-memory score to take on
    #[arg(long, allow_negative_numbers = true)]
    pub oom_score: Option<i32>,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub command: Vec<OsString>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(arguments: &[&str]) -> Cli {
        Cli::try_parse_from([&["groundwork"], arguments].concat()).unwrap()
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_nearer_state_directory_wins() {
        let cli = parsed(&["--state-dir", "/a", "up", "--state-dir", "/b"]);
        assert_eq!(cli.global.state_dir, PathBuf::from("/b"));
    }

    #[test]
    fn everything_after_kubectl_is_passed_on() {
        let cli = parsed(&["kubectl", "-n", "hello", "get", "pods", "--help"]);
        let Command::Kubectl(Kubectl { arguments }) = cli.command else {
            panic!("not kubectl: {cli:?}");
        };
        assert_eq!(arguments, ["-n", "hello", "get", "pods", "--help"]);
    }

    #[test]
    fn node_exec_takes_a_program_with_options_of_its_own() {
        let cli = parsed(&[
            "node-exec",
            "--cgroup",
            "node/etcd",
            "--oom-score",
            "-998",
            "--",
            "etcd",
            "--name=x",
        ]);
        let Command::NodeExec(arguments) = cli.command else {
            panic!("not node-exec: {cli:?}");
        };
        assert_eq!(arguments.oom_score, Some(-998));
        assert_eq!(arguments.command, ["etcd", "--name=x"]);
    }
}
