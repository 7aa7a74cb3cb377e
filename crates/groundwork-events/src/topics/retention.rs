//! How long records are kept, as a person writes it: `7d`, `12h`, `1h 30m`, `forever`.

use std::{fmt, str::FromStr};

use jiff::{Span, SpanRelativeTo};
use serde::{Serialize, Serializer};

/// How long records are kept; Kafka's `retention.ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Records are never deleted for their age.
    Forever,
    /// Records older than this go with their segment.
    Millis(i64),
}

/// Units in which a retention is shown, the largest first.
const UNITS: [(i64, &str); 4] = [
    (86_400_000, "d"),
    (3_600_000, "h"),
    (60_000, "m"),
    (1_000, "s"),
];

impl Retention {
    /// From Kafka's number, where -1 is for ever.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        match millis {
            ..0 => Self::Forever,
            millis => Self::Millis(millis),
        }
    }

    /// Kafka's number.
    #[must_use]
    pub fn millis(self) -> i64 {
        match self {
            Self::Forever => -1,
            Self::Millis(millis) => millis,
        }
    }
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "forever" {
            return Ok(Self::Forever);
        }
        let refuse = || {
            format!("'{text}' is no length of time: write it as in 7d, 12h, '1h 30m' or forever")
        };
        let span: Span = text.parse().map_err(|_| refuse())?;
        // Months and years have no fixed length, and jiff refuses them here.
        let length = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| refuse())?;
        match i64::try_from(length.as_millis()) {
            Ok(millis @ 1..) => Ok(Self::Millis(millis)),
            _ => Err(refuse()),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Millis(millis) = *self else {
            return f.write_str("forever");
        };
        match UNITS
            .iter()
            .find(|(unit, _)| millis > 0 && millis % unit == 0)
        {
            Some((unit, name)) => write!(f, "{}{name}", millis / unit),
            None => write!(f, "{millis}ms"),
        }
    }
}

impl Serialize for Retention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_as_a_person_writes_it() {
        let millis = |text: &str| text.parse::<Retention>().map(Retention::millis);
        assert_eq!(millis("7d"), Ok(604_800_000));
        assert_eq!(millis("1w"), Ok(604_800_000));
        assert_eq!(millis("1h 30m"), Ok(5_400_000));
        assert_eq!(millis("250ms"), Ok(250));
        assert_eq!(millis("forever"), Ok(-1));
    }

    #[test]
    fn what_has_no_fixed_length_is_refused() {
        for text in ["", "7", "0s", "-1h", "1 month", "1y", "soon"] {
            assert!(text.parse::<Retention>().is_err(), "{text}");
        }
    }

    #[test]
    fn it_is_shown_in_the_largest_unit_that_fits() {
        for text in ["7d", "36h", "90m", "1s", "1500ms", "forever"] {
            assert_eq!(text.parse::<Retention>().unwrap().to_string(), text);
        }
    }
}
