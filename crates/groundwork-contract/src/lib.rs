//! What one program writes and another reads: the stack manifest of Nix, and what the launcher, its
//! supervisor, the validation and the console tell each other.
//!
//! This crate owns the types and their forms on disk. It starts nothing and knows no cluster.
//!
//! ```no_run
//! let stack = groundwork_contract::Stack::read("stack.json".as_ref())?;
//! let etcd = stack.program("etcd")?;
//! # Ok::<(), groundwork_contract::Error>(())
//! ```

mod component;
mod deployment;
mod error;
mod followed;
mod last_up;
#[cfg(test)]
mod properties;
mod report;
mod stack;
mod validation;

pub use component::{Component, Image, Way, role};
pub use deployment::{Deployment, SERVICE};
pub use error::{Error, FORMAT};
pub use followed::{Commit, Followed, FollowedState, Repair};
pub use last_up::{From, LAST_UP, LastUp};
pub use report::{ComponentState, Phase, Progress, Report};
pub use stack::{Stack, Variant, Wave};
pub use validation::{CheckResult, LastValidation, Outcome};
