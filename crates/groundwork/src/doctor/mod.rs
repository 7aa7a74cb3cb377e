//! Whether this machine can run the stack: one check per fact, each with what was found and the
//! exact remedy.
//!
//! Each file gathers the facts of one area and judges them in pure functions. Nothing here changes
//! the machine.

use groundwork_apply::Endpoint;
use groundwork_contract::Stack;
use groundwork_node::StateDir;

mod capabilities;
mod cgroups;
mod check;
mod clock;
mod controllers;
mod foreign_chains;
mod hosts;
mod kernel;
mod kernel_release;
mod netfilter;
mod nodes;
mod ports;
mod resources;
mod routes;
mod security;
mod state;
mod swap;
mod wsl;

pub use check::{Check, Status};
pub use nodes::{machine_node, of_a_node};
pub use state::{is_foreign, is_vacant};

/// What the checks look at.
pub struct Subject<'a> {
    /// The state directory that `up` would use.
    pub state: &'a StateDir,
    /// The stack that `up` would start; without one, what depends on it is not checked.
    pub stack: Option<&'a Stack>,
    /// Where the stack will answer.
    pub endpoints: &'a [Endpoint],
    /// Whether this state directory's node runs already: then what it takes is not missing.
    pub running: bool,
}

/// Every check's verdict, in the order in which a person would put things right.
pub fn examine(subject: &Subject) -> Vec<Check> {
    let mut checks = vec![capabilities::check(), kernel_release::check()];
    checks.extend(wsl::check());
    checks.extend(kernel::checks());
    checks.push(netfilter::check(subject.stack));
    checks.extend(foreign_chains::check(subject.stack));
    checks.push(cgroups::check());
    checks.extend(security::checks());
    checks.push(clock::check(subject.state));
    checks.push(hosts::check());
    checks.push(nodes::check(subject.state));
    checks.push(ports::check(subject.endpoints, subject.running));
    checks.push(routes::check());
    checks.extend(resources::checks(subject.state.root(), subject.running));
    checks.push(swap::check());
    checks.push(state::check(subject.state));
    checks
}

/// What is wrong with the addresses at which the running stack answers; nothing where all is well. Another
/// program may listen there, and gets no connection.
pub fn taken(endpoints: &[Endpoint]) -> Option<Check> {
    Some(ports::check(endpoints, true)).filter(|check| check.status != Status::Ok)
}

/// Whether `up` can work as far as `checks` tell.
pub fn passed(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.status != Status::Fail)
}

/// The lines that show `checks` to a person.
pub fn lines(checks: &[Check]) -> Vec<String> {
    let rows: Vec<_> = checks
        .iter()
        .map(|check| {
            let status = match check.status {
                Status::Ok => "ok",
                Status::Warn => "warn",
                Status::Fail => "FAIL",
            };
            [status.to_owned(), check.name.clone(), check.found.clone()]
        })
        .collect();
    let mut lines = Vec::new();
    for (line, check) in crate::table::aligned(&rows).into_iter().zip(checks) {
        lines.push(line);
        if !check.fix.is_empty() {
            lines.push(format!("      fix: {}", check.fix));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_does_not_keep_up_from_working_and_a_failure_does() {
        let warn = Check::warn("inotify", "128 instances", "raise it");
        let fail = Check::fail("memory", "1 GB", "close something");
        assert!(passed(&[Check::ok("disk", "9 GB"), warn.clone()]));
        assert!(!passed(&[warn, fail]));
    }

    #[test]
    fn the_fix_stands_under_its_check() {
        let checks = [
            Check::ok("disk", "9.0 GB free"),
            Check::fail("memory", "1.0 GB available", "close something"),
        ];
        assert_eq!(
            lines(&checks),
            [
                "ok    disk    9.0 GB free",
                "FAIL  memory  1.0 GB available",
                "      fix: close something"
            ]
        );
    }
}
