//! Arguments of `ci`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `ci`.
#[derive(Debug, Args)]
pub struct Ci {
    /// The checkout: of Groundwork, or a service's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Run this stage alone; may be given again
    #[arg(long = "stage", value_name = "NAME")]
    pub stages: Vec<String>,
    /// Also run what takes too long for each push
    #[arg(long)]
    pub nightly: bool,
    /// Run nothing whose inputs are what they were at this commit, which has passed
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Push the images there when all else has passed: HOST[:PORT]/PATH, with the logins of Docker's configuration
    #[arg(long, value_name = "REGISTRY")]
    pub push: Option<String>,
    /// Write summary.json, junit.xml, results.sarif and what each step said into this folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}
