//! The command that a Nix build calls to turn an image spec into an OCI layout.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use groundwork_image::{Error, Spec, TIMESTAMP, build};
use groundwork_process::error::{Failure, ask};

/// Builds a deterministic OCI image layout from a JSON spec.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The spec, as `builtins.toJSON` writes it.
    spec: PathBuf,
    /// The folder to write; it must be empty or absent.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Time stamp of every file, in seconds since 1970; checks plant another one.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMESTAMP)]
    timestamp: u32,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&error, &[ask::<Error>]).end(),
    }
}

fn run(args: &Args) -> Result<(), Error> {
    let spec = Spec::read(&args.spec)?;
    build(&spec, &args.output, args.timestamp)?;
    Ok(())
}
