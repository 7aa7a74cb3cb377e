//! Whether the clock is set: certificates hold from a day before they are made, and TLS checks that.

use std::fs;

use groundwork_node::StateDir;
use jiff::{SignedDuration, Timestamp};

use super::check::Check;

const NAME: &str = "clock";
/// The beginning of the year in which this release was made, which no clock that is set is before.
/// 2026-01-01T00:00:00Z, in seconds.
const RELEASED: i64 = 1_767_225_600;
/// What certificates forgive: they hold from this long before they are made.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
const FIX: &str = "set it: timedatectl set-ntp true, or date -s 'YYYY-MM-DD hh:mm:ss'";

pub fn check(state: &StateDir) -> Check {
    let made = fs::metadata(state.pki().join("ca.crt"))
        .and_then(|file| file.modified())
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    verdict(Timestamp::now(), made)
}

/// `made`: when the certificates of the state directory were, if it has any.
fn verdict(now: Timestamp, made: Option<Timestamp>) -> Check {
    let shown = now.strftime("%Y-%m-%d %H:%M UTC");
    if now.as_second() < RELEASED {
        return Check::fail(NAME, format!("{shown}, before this release was made"), FIX);
    }
    match made {
        Some(made) if made.duration_since(now) > GRACE => Check::fail(
            NAME,
            format!(
                "{shown}, and the certificates are of {}",
                made.strftime("%Y-%m-%d %H:%M UTC")
            ),
            FIX,
        ),
        _ => Check::ok(NAME, shown.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_was_never_set_is_told() {
        let first = Timestamp::from_second(RELEASED).unwrap();
        assert_eq!(first, at("2026-01-01T00:00:00Z"));
        assert_eq!(verdict(first, None).status, Status::Ok);
        let check = verdict(at("1970-01-01T00:01:00Z"), None);
        assert_eq!(check.status, Status::Fail);
        assert!(check.found.starts_with("1970-01-01 00:01 UTC"), "{check:?}");
    }

    #[test]
    fn a_clock_that_went_back_behind_the_certificates_is_told() {
        let made = at("2026-03-09T12:00:00Z");
        let check = verdict(at("2026-03-01T12:00:00Z"), Some(made));
        assert_eq!(check.status, Status::Fail);
        assert!(check.found.contains("of 2026-03-09"), "{check:?}");
    }

    #[test]
    fn certificates_forgive_a_day() {
        let made = Some(at("2026-03-02T12:00:00Z"));
        assert_eq!(verdict(at("2026-03-01T12:00:00Z"), made).status, Status::Ok);
        let later = verdict(at("2026-03-01T11:59:00Z"), made);
        assert_eq!(later.status, Status::Fail);
    }
}
