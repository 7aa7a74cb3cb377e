//! Formats Nix files with alejandra and finds what they do not use with deadnix.
//!
//! Both come from the crate registry as libraries; this is only their command line.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use alejandra::format::{Status, in_memory};
use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use rowan::ast::AstNode as _;
use walkdir::WalkDir;

#[derive(Parser)]
#[command(version, about = "Formats and checks Nix files")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Formats files and folders in place.
    Format {
        /// Change nothing; fail if something would change.
        #[arg(long)]
        check: bool,
        /// Files, or folders to search for `*.nix`.
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
    /// Names bindings and arguments that nothing uses; fails if there are any.
    Unused {
        /// Files, or folders to search for `*.nix`.
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
}

fn main() -> Result<ExitCode> {
    let findings = match Args::parse().command {
        Command::Format { check, paths } => {
            findings(&paths, |path, text| format(path, text, check))?
        }
        Command::Unused { paths } => findings(&paths, unused)?,
    };
    Ok(if findings == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Applies `inspect` to each Nix file under `paths` and adds up what it finds.
fn findings(paths: &[PathBuf], inspect: impl Fn(&Path, String) -> Result<usize>) -> Result<usize> {
    let mut sum = 0;
    for entry in paths
        .iter()
        .flat_map(|path| WalkDir::new(path).sort_by_file_name())
    {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type().is_file()
            && path.extension().is_some_and(|extension| extension == "nix")
        {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            sum += inspect(path, text)?;
        }
    }
    Ok(sum)
}

fn format(path: &Path, text: String, check: bool) -> Result<usize> {
    match in_memory(path.display().to_string(), text) {
        (Status::Error(reason), _) => bail!("{} cannot be formatted: {reason}", path.display()),
        (Status::Changed(false), _) => Ok(0),
        (Status::Changed(true), _) if check => {
            eprintln!("{}: not formatted; hint: nix fmt", path.display());
            Ok(1)
        }
        (Status::Changed(true), formatted) => {
            fs::write(path, formatted)
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(0)
        }
    }
}

fn unused(path: &Path, text: String) -> Result<usize> {
    let tree = rnix::Root::parse(&text);
    if let Some(error) = tree.errors().first() {
        bail!("{} is not Nix: {error}", path.display());
    }
    let found = deadnix::Settings {
        no_lambda_arg: false,
        no_lambda_pattern_names: false,
        no_underscore: true,
        warn_used_underscore: false,
    }
    .find_dead_code(&tree.syntax());
    for dead in &found {
        let start = usize::from(dead.binding.name.syntax().text_range().start());
        let line = text[..start].matches('\n').count() + 1;
        eprintln!(
            "{}:{line}: '{}' is not used",
            path.display(),
            dead.binding.name
        );
    }
    Ok(found.len())
}
