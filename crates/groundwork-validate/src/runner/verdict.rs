//! The end of a check: what it has measured, or why it has failed.

/// Why a check did not pass, or could not be carried out.
pub type CheckFailure = Box<dyn std::error::Error + Send + Sync>;

/// What was measured. In the `Err` case it misses the bound, or says why there is no measurement.
pub type Verdict = Result<String, CheckFailure>;

/// Only a time or a rate misses its bound.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct TooSlow(pub String);

/// `measured` as passed when `held`, else as failed.
pub(crate) fn judged(held: bool, measured: String) -> Verdict {
    if held {
        Ok(measured)
    } else {
        Err(measured.into())
    }
}

/// `measured` as passed when its times and rates `held`, else as [`TooSlow`].
pub(crate) fn quick(held: bool, measured: String) -> Verdict {
    match held {
        true => Ok(measured),
        false => Err(TooSlow(measured).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_figure_that_misses_its_bound_is_too_slow() {
        assert_eq!(quick(true, "5 ms".into()).unwrap(), "5 ms");
        assert!(quick(false, "5 s".into()).unwrap_err().is::<TooSlow>());
        assert!(!judged(false, "5 s".into()).unwrap_err().is::<TooSlow>());
    }
}
