//! What a person reads who asks for help, or who uses the command line wrongly: each as a transcript in a file.
//!
//! `UPDATE_EXPECT=1 cargo test -p groundwork --test command_line` writes the files anew; `git diff` then shows what
//! people will read from now on.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

mod desk;
mod help;
mod wrong_use;
