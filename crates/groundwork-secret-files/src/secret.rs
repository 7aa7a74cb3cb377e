//! One version of a secret.

use crate::{Fields, Value};

/// One version, which never changes. Holding it keeps its values in memory: hold it for as long as one use takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Secret {
    version: String,
    fields: Fields,
}

/// There is no such field in this version. No error ever has a value in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version {version} of the secret has no field {field}, but: {}", .there.join(", "))]
pub struct NoField {
    /// What was asked for.
    field: String,
    /// The version that was asked.
    version: String,
    /// The names of the fields that it has.
    there: Vec<String>,
}

impl Secret {
    /// The `version` with these `fields`.
    #[must_use]
    pub fn new(version: String, fields: Fields) -> Self {
        Self { version, fields }
    }

    /// Which version it is: the manager's number by the API; from files, what a volume calls it or
    /// when the newest file was written.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The value of the field `name`.
    ///
    /// # Errors
    /// [`NoField`].
    pub fn field(&self, name: &str) -> Result<&Value, NoField> {
        self.fields.get(name).ok_or_else(|| NoField {
            field: name.to_owned(),
            version: self.version.clone(),
            there: self.fields.keys().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_missing_is_told_with_those_that_are_there_and_no_value() {
        let field = |name: &str| (name.to_owned(), Value::from("sesame".to_owned()));
        let secret = Secret::new("7".into(), [field("id"), field("key")].into());
        assert_eq!(secret.field("key").unwrap().expose(), b"sesame");
        let error = secret.field("token").unwrap_err();
        let expected = "version 7 of the secret has no field token, but: id, key";
        assert_eq!(error.to_string(), expected);
        let printed = format!("{secret:?} {error:?}");
        assert!(!printed.contains("sesame"), "{printed}");
    }
}
