//! How long the last start took, against a bound.

use groundwork_contract::LastUp;

use crate::runner::{Verdict, judged};

/// Whether the last start took less than `bound` seconds.
pub(crate) fn started_in(last_up: &LastUp, bound: f64) -> Verdict {
    let LastUp {
        ready_seconds,
        from,
        ..
    } = last_up;
    if *from == groundwork_contract::From::Running {
        return Err("the last `up` had nothing to start, so its time says nothing".into());
    }
    judged(
        *ready_seconds < bound,
        format!("{ready_seconds:.1} s from {from}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundwork_contract::From;
    use jiff::Timestamp;

    #[test]
    fn an_up_that_started_nothing_is_no_start_up_time() {
        let last_up = |from, ready_seconds| LastUp {
            started: Timestamp::UNIX_EPOCH,
            ready_seconds,
            from,
        };
        let measured = started_in(&last_up(From::Nothing, 9.5), 120.0).unwrap();
        assert_eq!(measured, "9.5 s from nothing");
        assert!(started_in(&last_up(From::Nothing, 120.0), 120.0).is_err());
        assert!(started_in(&last_up(From::Running, 0.4), 120.0).is_err());
    }
}
