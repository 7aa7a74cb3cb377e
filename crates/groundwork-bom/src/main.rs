//! Bills of materials: a Nix build calls `write`, a person and CI `scan`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use groundwork_bom::{
    Bill, Error, Spec, cyclonedx,
    scan::{Exceptions, Report, scan},
    spdx_document,
};
use groundwork_process::error::{Exit, Failure, ask};
use jiff::Zoned;
use serde_json::Value;

/// Bills of materials, and what is known to be wrong with what they name.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes NAME.cdx.json (CycloneDX 1.6) and NAME.spdx.json (SPDX 2.3) of what a JSON spec names.
    Write {
        /// The spec, as `builtins.toJSON` writes it.
        spec: PathBuf,
        /// The folder to write them to.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
    },
    /// Compares bills with advisories. Exit code 1: something is known; 3: nothing is, but not all was checked.
    Scan {
        /// The folder of the bills.
        bills: PathBuf,
        /// The folder of the advisories: for each ecosystem, as OSV names it, `records` and the day, `as-of`.
        #[arg(long, value_name = "DIR")]
        advisories: PathBuf,
        /// What is known and taken all the same.
        #[arg(long, value_name = "FILE")]
        exceptions: Option<PathBuf>,
        /// Print the report as JSON.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Write { spec, output } => write(&spec, &output),
        Command::Scan {
            bills,
            advisories,
            exceptions,
            json,
        } => scanned(&bills, &advisories, exceptions, json),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => Failure::of(&error, &[ask::<Error>]).end(),
    }
}

fn write(spec: &Path, output: &Path) -> Result<Exit, Error> {
    let bill = Bill::of(&Spec::read(spec)?)?;
    fs::create_dir_all(output).map_err(Error::io("make", output))?;
    let write = |ending: &str, document: &Value| {
        let path = output.join(format!("{}.{ending}.json", bill.name));
        fs::write(&path, format!("{document:#}\n")).map_err(Error::io("write", &path))
    };
    write("cdx", &cyclonedx::document(&bill))?;
    write("spdx", &spdx_document::document(&bill))?;
    Ok(Exit::Done)
}

fn scanned(
    bills: &Path,
    advisories: &Path,
    exceptions: Option<PathBuf>,
    json: bool,
) -> Result<Exit, Error> {
    let exceptions = exceptions.map(|path| Exceptions::read(&path)).transpose()?;
    let today = Zoned::now().date();
    let report = scan(bills, advisories, &exceptions.unwrap_or_default(), today)?;
    match json {
        true => output(&serde_json::json!(report)),
        false => print(&report),
    }
    Ok(report.exit())
}

#[expect(clippy::disallowed_macros, reason = "the answer of a command")]
fn output(report: &Value) {
    println!("{report:#}");
}

#[expect(clippy::disallowed_macros, reason = "the answer of a command")]
fn print(report: &Report) {
    for known in report.known.iter().filter(|it| it.excepted.is_none()) {
        let fixed = known.fixed.as_deref().unwrap_or("no version");
        let bills: Vec<_> = known.bills.iter().map(String::as_str).collect();
        println!("{}  {}  fixed in {fixed}", known.id, known.part);
        println!("    {} (in {})", known.summary, bills.join(", "));
    }
    println!(
        "{:<18}{:>6}  {:<12}VERDICT",
        "ECOSYSTEM", "PARTS", "ADVISORIES"
    );
    for ecosystem in &report.ecosystems {
        let day = ecosystem.advisories.map(|day| day.to_string());
        println!(
            "{:<18}{:>6}  {:<12}{}",
            ecosystem.name,
            ecosystem.parts,
            day.as_deref().unwrap_or("-"),
            ecosystem.verdict()
        );
    }
}
