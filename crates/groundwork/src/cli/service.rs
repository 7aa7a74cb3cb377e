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
    /// The template
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
    /// The service's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// How long it may take to become ready [default: 120, and longer on a slow machine]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
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
        /// Print JSON, and nothing else, on standard output
        #[arg(long)]
        json: bool,
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
