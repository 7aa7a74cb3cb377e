//! A value that is not to be seen: zeroised when it goes, and never printed.

use std::{collections::BTreeMap, fmt, str};

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The values of a secret, by the names of its fields.
pub type Fields = BTreeMap<String, Value>;

/// The bytes of one field. Its memory is overwritten when it goes; copies that a caller makes of
/// what [`expose`](Self::expose) gives are the caller's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(Zeroizing<Vec<u8>>);

impl Value {
    /// Takes `bytes` over, without a copy.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Every use of a value goes through here or [`expose_text`](Self::expose_text),
    /// so that a search finds them all.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// When they are not UTF-8; the error tells where, and not what.
    pub fn expose_text(&self) -> Result<&str, str::Utf8Error> {
        str::from_utf8(&self.0)
    }

    /// Whether `candidate` is the same, in a time that depends on its length alone.
    #[must_use]
    pub fn matches(&self, candidate: &[u8]) -> bool {
        self.0.ct_eq(candidate).into()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_printed() {
        let value = Value::from("sesame".to_owned());
        let fields = Fields::from([("token".to_owned(), value.clone())]);
        assert_eq!(format!("{value:?}"), "[redacted]");
        assert_eq!(format!("{fields:?}"), r#"{"token": [redacted]}"#);
    }

    #[test]
    fn only_the_same_bytes_match() {
        let value = Value::from("sesame".to_owned());
        assert!(value.matches(b"sesame"));
        for other in [&b"sesamE"[..], b"sesam", b"sesame ", b""] {
            assert!(!value.matches(other), "{other:?}");
        }
    }
}
