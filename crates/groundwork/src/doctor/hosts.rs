//! Whether there is a file of host names: containerd copies it into the sandbox of every pod.

use std::{fs, io};

use super::check::Check;

const NAME: &str = "/etc/hosts";

pub fn check() -> Check {
    verdict(&fs::read("/etc/hosts").map(drop))
}

fn verdict(read: &io::Result<()>) -> Check {
    match read {
        Ok(()) => Check::ok(NAME, "there"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Check::fail(
            NAME,
            "missing: no pod can start, as each gets a copy",
            r"printf '127.0.0.1 localhost\n' | sudo tee /etc/hosts",
        ),
        Err(error) => Check::fail(
            NAME,
            format!("{error}: no pod can start, as each gets a copy"),
            "make it a file that root can read",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn a_missing_file_is_told_with_the_line_that_makes_it() {
        let check = verdict(&Err(io::ErrorKind::NotFound.into()));
        assert_eq!(check.status, Status::Fail);
        assert!(check.fix.ends_with("| sudo tee /etc/hosts"), "{check:?}");
        assert_eq!(verdict(&Ok(())).status, Status::Ok);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_as_bad() {
        let check = verdict(&Err(io::ErrorKind::IsADirectory.into()));
        assert_eq!(check.status, Status::Fail);
        assert!(check.found.contains("is a directory"), "{check:?}");
    }
}
