//! The argument of commands that can answer in JSON.

use clap::Args;

/// Whether the answer is for a program.
#[derive(Debug, Clone, Copy, Args)]
pub struct Json {
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}
