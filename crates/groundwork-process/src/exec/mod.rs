//! Commands: how one is described, run and reported.
//!
//! Every failure shows a line that can be pasted into a shell, the status and the end of standard
//! error. No particular program is known here.

mod command;
mod error;

pub use command::{Command, HOST_PATH};
pub use error::Error;

/// Puts this process into a session of its own, so that neither Ctrl-C nor a closed terminal
/// reaches it. A process that leads a session or a process group already stays as it is.
pub fn detach() {
    // The only error is "leads a group already", and then terminals' signals pass it by.
    let _ = rustix::process::setsid();
}
