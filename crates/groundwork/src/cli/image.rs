//! The arguments of the commands about images of others, and about databases.

use clap::{Args, Subcommand};

/// Arguments of `image`.
#[derive(Debug, Args)]
pub struct Image {
    /// What to do
    #[command(subcommand)]
    pub command: ImageCommand,
}

/// What `image` can do.
#[derive(Debug, Subcommand)]
pub enum ImageCommand {
    /// Bring images into the node: archives of OCI or Docker, layouts, or names that a local Docker or Podman has
    Load {
        /// A file, a folder, or a name
        #[arg(required = true, value_name = "FILE|NAME")]
        images: Vec<String>,
    },
    /// Show the node's images
    List {
        /// Print JSON, and nothing else, on standard output
        #[arg(long)]
        json: bool,
    },
    /// Remove images from the node, by the names that `list` shows
    Remove {
        /// A name
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}

/// Arguments of `database`.
#[derive(Debug, Args)]
pub struct Database {
    /// What to do
    #[command(subcommand)]
    pub command: DatabaseCommand,
}

/// What `database` can do.
#[derive(Debug, Subcommand)]
pub enum DatabaseCommand {
    /// Write all of a service's database to standard output, in PostgreSQL's custom format
    Dump {
        /// The service
        name: String,
    },
    /// Put what `dump` has written, on standard input, into a service's database, in place of what is there
    Restore {
        /// The service
        name: String,
    },
}
