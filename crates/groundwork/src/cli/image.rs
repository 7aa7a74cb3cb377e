//! The arguments of the commands about images, and about databases.

use std::path::PathBuf;

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
    /// Push images to a registry: by their digests, only the blobs that it lacks, and signed where there is a key
    Push(Push),
    /// Verify who stands for images in a registry, and show what else is said of them
    Verify(Verify),
    /// Make a key that signs images: FILE, and its public part beside it in FILE.pub
    GenerateKey {
        /// Where the private key goes; a file that is there is left
        file: PathBuf,
    },
}

/// Arguments of `image push`.
#[derive(Debug, Args)]
pub struct Push {
    /// Where the images go: HOST[:PORT]/PATH, with the logins of Docker's configuration
    pub registry: String,
    /// The checkout: of Groundwork, or a service's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Push this image alone; may be given again
    #[arg(long = "image", value_name = "NAME")]
    pub images: Vec<String>,
    /// The private key that signs; without it, the one in the variable GROUNDWORK_SIGNING_KEY
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `image verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// HOST[:PORT]/PATH:TAG or HOST[:PORT]/PATH@DIGEST
    #[arg(value_name = "IMAGE", required_unless_present = "registry")]
    pub images: Vec<String>,
    /// The images of this launcher's stack in that place, by the digests that Nix built: HOST[:PORT]/PATH
    #[arg(long, value_name = "REGISTRY")]
    pub registry: Option<String>,
    /// The public key of the one who has to stand for them
    #[arg(long, value_name = "FILE", env = "GROUNDWORK_VERIFICATION_KEY")]
    pub key: PathBuf,
    /// Write what is said of each image into this folder
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
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
