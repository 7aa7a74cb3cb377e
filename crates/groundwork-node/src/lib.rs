//! The node: one machine that runs upstream Kubernetes as separate supervised processes.
//!
//! This crate turns a machine into a node ([`Node::up`]) and keeps its processes running ([`supervise`]).
//! It says how they are ([`status`]) and turns the machine back ([`down`], [`destroy`]). It gives its
//! caller a kubeconfig and a way to load images. What is in the cluster is the caller's alone.
//!
//! ```
//! let state = groundwork_node::StateDir::new("/var/lib/groundwork-of-nobody");
//! let node = groundwork_node::status(&state)?;
//! for process in &node.processes {
//!     println!("{}: {} bytes", process.name, process.memory_bytes);
//! }
//! assert!(node.processes.is_empty(), "nobody started it");
//! # Ok::<(), groundwork_node::Error>(())
//! ```

pub mod address;
mod cgroup;
pub mod encryption;
mod error;
mod foreign_chains;
mod images;
mod links;
mod machine;
mod memory;
mod mounts;
mod name_servers;
mod network;
mod node;
mod node_exec;
mod pki;
mod plan;
mod processes;
mod processor_time;
mod ready;
mod service;
mod state;
mod status;
mod stop;
mod supervision;
mod supervisor;
mod up;

use std::path::Path;

use groundwork_contract::{Image, Phase, Progress, Report};

pub use cgroup::CgroupVersion;
pub use error::Error;
pub use foreign_chains::{ForeignChain, foreign_chains};
pub use images::others::NodeImage;
pub use links::{LinkState, links};
pub use machine::Machine;
pub use memory::memory;
pub use node::Node;
pub use node_exec::{NodeExec, node_exec};
pub use processor_time::ProcessorTime;
pub use state::{BEGINNING, FORMAT, StateDir};
pub use status::{NodeStatus, status};
pub use supervisor::supervise;

/// Imports the image of the service `name` if containerd lacks it, and keeps it as those of the stack are kept;
/// `None` lets it go. Returns how many images were imported. containerd must be ready.
///
/// # Errors
/// [`Error::NoStack`] before the first `up`; [`Error::Command`] when an import fails.
pub fn load_service(
    state: &StateDir,
    name: &str,
    image: Option<&Image>,
    report: &Report,
) -> Result<usize, Error> {
    images::load_service(state, name, image, report)
}

/// The images that the node has, by name. containerd must be ready.
///
/// # Errors
/// [`Error::NoStack`] before the first `up`; [`Error::Command`].
pub fn images(state: &StateDir) -> Result<Vec<NodeImage>, Error> {
    images::others::list(state)
}

/// Imports every image of the archive or OCI layout at `path`, and returns the names that are new.
///
/// # Errors
/// [`Error::File`] and [`Error::Command`] when it is none; [`Error::NoStack`].
pub fn import_images(state: &StateDir, path: &Path) -> Result<Vec<String>, Error> {
    images::others::import(state, path)
}

/// Removes the images of these names.
///
/// # Errors
/// [`Error::NoImage`] before anything is removed; [`Error::Command`], [`Error::NoStack`].
pub fn remove_images(state: &StateDir, names: &[String]) -> Result<(), Error> {
    images::others::remove(state, names)
}

/// Ends everything that runs and keeps the data. The packet filter forgets the pods' ports too, so
/// that others can use them.
///
/// # Errors
/// [`Error::TimedOut`] when a process would not end even when killed, [`Error::System`] when
/// something cannot be unmounted.
pub fn down(state: &StateDir, report: &Report) -> Result<(), Error> {
    state.check_format()?;
    state::remove(&state.wanted())?;
    if !state.is_owner()? {
        return Ok(());
    }
    report(Progress::new(
        "node",
        Phase::Starting,
        "ends pods and processes",
    ));
    stop::gracefully(state)?;
    plan::clear_packet_filter(state)?;
    report(Progress::new("node", Phase::Ready, "stopped"));
    Ok(())
}

/// Ends everything and removes it with its data: nothing of the node is left on the machine. It
/// works after a crash at any point, and also twice.
///
/// # Errors
/// [`Error::Left`] naming what could not be removed; a second run tries only that again.
pub fn destroy(state: &StateDir, report: &Report) -> Result<(), Error> {
    plan::revert(state, report)
}
