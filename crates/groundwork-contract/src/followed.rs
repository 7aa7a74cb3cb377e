//! What the program that follows a Git repository says of it, and the console shows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A Git repository whose objects the cluster is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Followed {
    /// Where it is, without what only its owner may know.
    pub repository: String,
    /// How far it is with the newest commit.
    pub state: FollowedState,
    /// The newest commit, as far as it is known.
    pub commit: Option<Commit>,
    /// How many objects the commit has; 0 until they have been read.
    pub objects: usize,
    /// What is waited for while they are being applied, in words.
    pub waiting: Option<String>,
    /// Why the cluster does not have them, or why the repository cannot be asked.
    pub error: Option<String>,
    /// What was found changed by hand, and put right.
    pub repair: Option<Repair>,
    /// When all of this was last looked at.
    pub looked: Option<Timestamp>,
}

/// How far the cluster is with a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FollowedState {
    /// There is no commit yet.
    Empty,
    /// Its objects are being applied.
    Applying,
    /// The cluster has all of them, and they are ready.
    Ready,
    /// It does not.
    Failed,
}

/// A commit, in a person's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Commit {
    /// Its hash, in hex.
    pub id: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// When it was committed.
    pub time: Timestamp,
}

/// A change by hand that was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Repair {
    /// When.
    pub time: Timestamp,
    /// Each difference in words, by its object.
    pub differences: Vec<String>,
}
