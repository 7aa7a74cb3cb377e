//! Arguments of `release`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The new folder for what a release consists of
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The checkout of Groundwork, at the tag
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub checkout: PathBuf,
    /// Compare with what another builder has built: its file hashes.json; may be given again
    #[arg(long, value_name = "FILE")]
    pub compare: Vec<PathBuf>,
    /// Sign with this private key, in PEM [default: the one in GROUNDWORK_SIGNING_KEY]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}
