//! `start`: a volume with an identity, and then the broker in this process's place.

use std::{ffi::OsString, fs, path::PathBuf};

use clap::Args;
use groundwork_process::exec::Error;

use crate::{
    archive::Archive,
    java::{brief, java},
    log::log,
};

/// What the broker is started with.
#[derive(Args)]
pub(crate) struct Start {
    /// The volume
    #[arg(long, value_name = "DIR")]
    volume: PathBuf,
    /// The identity that a new volume gets
    #[arg(long, value_name = "ID")]
    cluster_id: String,
    /// The broker's settings
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Options of the Java virtual machine
    #[arg(last = true, value_name = "OPTION")]
    java: Vec<OsString>,
}

impl Start {
    /// Becomes the broker: returns only when that fails.
    pub(crate) fn run(&self) -> Box<dyn std::error::Error> {
        if let Err(error) = self.format() {
            return error.into();
        }
        let archive = Archive::of_image(&self.volume).and_then(|archive| {
            fs::create_dir_all(&self.volume)?;
            archive.remove_others()?;
            Ok(archive.option())
        });
        let mut command = java().args(&self.java);
        match archive {
            Ok(option) => command = command.arg(option),
            // Without one the start takes longer, and that is all.
            Err(error) => log("WARN", &format!("no archive of classes: {error}")),
        }
        command.arg("kafka.Kafka").arg(&self.config).exec().into()
    }

    /// Kafka's own tool writes the identity. It takes a second, so it runs only where it is needed.
    fn format(&self) -> Result<(), Error> {
        if self.volume.join("data/meta.properties").exists() {
            return Ok(());
        }
        let logging = self
            .java
            .iter()
            .filter(|option| option.to_string_lossy().starts_with("-Dlog4j2."));
        brief()
            .args(logging)
            .args(["kafka.tools.StorageTool", "format", "--ignore-formatted"])
            .args(["--cluster-id", &self.cluster_id])
            .arg("--config")
            .arg(&self.config)
            .run()
    }
}
