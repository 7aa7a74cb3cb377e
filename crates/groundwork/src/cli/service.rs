//! The arguments of the commands about a person's services.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser};

use crate::service::template::FEATURES;

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// The service's name: small letters, digits and '-', a letter first
    pub name: String,
    /// Where to make it [default: a folder of its name]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The template: fastapi (Python) or axum (Rust)
    #[arg(long, value_name = "KIND", default_value = "fastapi")]
    pub kind: String,
    /// Leave out what it does not need; may be given twice
    #[arg(long, value_name = "FEATURE", value_delimiter = ',', value_parser = PossibleValuesParser::new(FEATURES))]
    pub without: Vec<String>,
    /// Where Groundwork is, for the service's flake: a folder or an address [default: the checkout that this is]
    #[arg(long, value_name = "ADDRESS")]
    pub platform: Option<String>,
}

/// Arguments of `deploy`.
#[derive(Debug, Args)]
pub struct Deploy {
    /// The service's folder, or the checkout of Groundwork itself
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// How long it may take to become ready [default: 120, and longer on a slow machine]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// With a debugger in it, to which `dev --debug` leads
    #[arg(long)]
    pub debug: bool,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `dev`.
#[derive(Debug, Args)]
pub struct Dev {
    /// The services' folders
    #[arg(value_name = "DIR", default_value = ".")]
    pub folders: Vec<PathBuf>,
    /// With a debugger in it (debugpy), to which 127.0.0.1:5678 leads, and 5679 to that of a second service
    #[arg(long)]
    pub debug: bool,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The service's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// The port of this machine's loopback on which it answers
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub port: u16,
    /// Only write its settings to this file, as an editor reads them, and its secrets to a folder of your own
    #[arg(long, value_name = "FILE", conflicts_with = "command")]
    pub env: Option<PathBuf>,
    /// What to run in its place [default: the service]
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Arguments of `service`.
#[derive(Debug, Args)]
pub struct Service {
    /// What to do
    #[command(subcommand)]
    pub command: ServiceCommand,
}

/// What `service` can do.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Look at its files and objects; exits with 1 when one is otherwise than in all services
    Check {
        /// The service's folder
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
        /// Also look at it as it runs; its pod is replaced to see whether requests fail
        #[arg(long)]
        live: bool,
        /// Print JSON, and nothing else, on standard output
        #[arg(long)]
        json: bool,
    },
    /// Bring a newer template's changes in; exits with 1 when both sides have changed the same lines
    Update {
        /// The service's folder
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
    /// Lead a port of this machine to the debugger in its pod (asked by `dev --debug`)
    #[command(hide = true)]
    Debugger {
        /// The service's folder
        folder: PathBuf,
        /// The port
        port: u16,
    },
    /// What it has around it in the cluster, as JSON with its secrets (asked by `run`)
    #[command(hide = true)]
    Surroundings {
        /// The service's folder
        folder: PathBuf,
    },
}

/// Arguments of `rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The service
    pub name: String,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `remove`.
#[derive(Debug, Args)]
pub struct Remove {
    /// The service
    pub name: String,
}
