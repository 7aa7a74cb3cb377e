//! The shape of `groundwork secret`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use groundwork_process::error::Remedy as _;
use groundwork_secrets::store::{Error, Kind};
use jiff::SignedDuration;

use super::json::Json;

/// Arguments of `secret`.
#[derive(Debug, Args)]
pub struct Secret {
    /// What to do.
    #[command(subcommand)]
    pub command: SecretCommand,
}

/// What can be done with secrets.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Give fields new values: asked for without echo, or from standard input or a file
    Set(Set),
    /// Show a value
    Get(Get),
    /// Show which secrets there are; never their values
    List(List),
    /// Show a secret's versions, newest first; never their values
    History(History),
    /// Make an earlier version's values current again, as a new version
    Rollback(Rollback),
    /// Give a secret a new value that is made here; services take it over without a restart
    Rotate(Change),
    /// Remove a secret with all its versions
    Delete(Delete),
    /// Take the variables of a .env file over as the fields of a secret
    Import(Import),
    /// Write a secret to a file, for a tool that can read nothing else
    Export(Export),
    /// Show who has read, written and listed secrets, and who was denied it
    Audit(Audit),
    /// Encrypt everything with a new key, and forget the old one
    RotateKey(Json),
}

/// Which secret.
#[derive(Debug, Clone, Args)]
pub struct Which {
    /// The secret
    pub name: String,
    /// The namespace of the services that may be let read it
    #[arg(short, long, default_value = "default")]
    pub namespace: String,
}

/// A change of a secret.
#[derive(Debug, Args)]
pub struct Change {
    /// Which secret.
    #[command(flatten)]
    pub which: Which,
    /// Why, for the history
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub why: String,
}

/// Arguments of `secret set`.
#[derive(Debug, Args)]
pub struct Set {
    /// What is changed.
    #[command(flatten)]
    pub change: Change,
    /// Fields, each as FIELD or as FIELD=@FILE; none for those that the kind needs
    #[arg(value_name = "FIELD")]
    pub fields: Vec<String>,
    /// What a new secret is for: api-key, database, token, encryption-key, or opaque
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
}

/// Arguments of `secret get`.
#[derive(Debug, Args)]
pub struct Get {
    /// Which secret.
    #[command(flatten)]
    pub which: Which,
    /// The field; all when none is named
    pub field: Option<String>,
    /// The version; the current one when none is named
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
    /// Print the value: without it nothing is shown
    #[arg(long)]
    pub reveal: bool,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `secret list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only this namespace
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `secret history`.
#[derive(Debug, Args)]
pub struct History {
    /// Which secret.
    #[command(flatten)]
    pub which: Which,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `secret rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// What is changed.
    #[command(flatten)]
    pub change: Change,
    /// The version; the one before the current one when none is named
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
}

/// Arguments of `secret delete`.
#[derive(Debug, Args)]
pub struct Delete {
    /// Which secret.
    #[command(flatten)]
    pub which: Which,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `secret import`.
#[derive(Debug, Args)]
pub struct Import {
    /// What is changed.
    #[command(flatten)]
    pub change: Change,
    /// The .env file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What a new secret is for; opaque unless named
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
}

/// Arguments of `secret export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Which secret.
    #[command(flatten)]
    pub which: Which,
    /// The file to make; one that is there is not touched
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Dotenv)]
    pub format: Format,
}

/// How a secret is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line NAME='VALUE' for each field
    Dotenv,
}

/// Arguments of `secret audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only this secret and its versions
    pub name: Option<String>,
    /// Only this namespace
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// How far back, such as 30m, 2h or 7d
    #[arg(long, value_name = "TIME", default_value = "1h")]
    pub since: SignedDuration,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

fn kind(text: &str) -> Result<Kind, String> {
    text.parse().map_err(|error: Error| {
        [Some(error.to_string()), error.hint()]
            .map(Option::unwrap_or_default)
            .join("; ")
    })
}
