//! Where a secret is, as a service's setting says it.

use std::{fmt, path::PathBuf, str::FromStr};

/// The longest name that Kubernetes takes.
const LONGEST: usize = 253;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `file:/FOLDER`: one file per field, as a volume of a pod has them.
    Files(PathBuf),
    /// `api:NAME` or `api:NAMESPACE/NAME`: from the API server, with the pod's own identity.
    Api {
        /// Without it, the pod's own.
        namespace: Option<String>,
        /// The Secret's name.
        name: String,
    },
}

/// The text is not a location. The error does not repeat it: it may be the secret itself, put where its location should
/// be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLocation {
    /// It begins with neither of the two.
    #[error(
        "a secret's location begins with file: or api:, as in file:/run/secrets/NAME or api:NAME"
    )]
    Kind,
    /// A path that depends on where the program was started.
    #[error("file: takes the absolute path of a folder, as in file:/run/secrets/NAME")]
    Path,
    /// Kubernetes has no such names.
    #[error("api: takes NAME or NAMESPACE/NAME, each of a-z, 0-9, - and ., as in api:hello-token")]
    Name,
}

impl FromStr for Location {
    type Err = BadLocation;

    fn from_str(text: &str) -> Result<Self, BadLocation> {
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = PathBuf::from(folder);
            return match folder.is_absolute() {
                true => Ok(Self::Files(folder)),
                false => Err(BadLocation::Path),
            };
        }
        let secret = text.strip_prefix("api:").ok_or(BadLocation::Kind)?;
        let (namespace, name) = match secret.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, secret),
        };
        if !namespace.is_none_or(is_name) || !is_name(name) {
            return Err(BadLocation::Name);
        }
        Ok(Self::Api {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        })
    }
}

fn is_name(text: &str) -> bool {
    let ends = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && bytes.first().is_some_and(|byte| ends(*byte))
        && bytes.last().is_some_and(|byte| ends(*byte))
        && bytes.iter().all(|byte| ends(*byte) || b"-.".contains(byte))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(folder) => write!(f, "file:{}", folder.display()),
            Self::Api { namespace, name } => match namespace {
                Some(namespace) => write!(f, "api:{namespace}/{name}"),
                None => write!(f, "api:{name}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_parsed_is_shown_as_it_was_written() {
        for text in [
            "file:/run/secrets/hello-token",
            "api:hello-token",
            "api:hello/a.b-1",
        ] {
            let location: Location = text.parse().unwrap();
            assert_eq!(location.to_string(), text);
        }
        let expected = Location::Api {
            namespace: Some("hello".into()),
            name: "hello-token".into(),
        };
        assert_eq!("api:hello/hello-token".parse(), Ok(expected));
    }

    #[test]
    fn what_is_no_location_is_refused_with_what_one_looks_like() {
        for (text, error) in [
            ("", BadLocation::Kind),
            ("sesame", BadLocation::Kind),
            ("/run/secrets/hello-token", BadLocation::Kind),
            ("file:", BadLocation::Path),
            ("file:run/secrets", BadLocation::Path),
            ("api:", BadLocation::Name),
            ("api:a/", BadLocation::Name),
            ("api:/a", BadLocation::Name),
            ("api:a/b/c", BadLocation::Name),
            ("api:Sesame", BadLocation::Name),
            ("api:a,metadata.name=b", BadLocation::Name),
            ("api:-a", BadLocation::Name),
            (&format!("api:{}", "a".repeat(254)), BadLocation::Name),
        ] {
            assert_eq!(text.parse::<Location>(), Err(error), "{text}");
        }
    }

    #[test]
    fn an_error_does_not_repeat_what_may_be_the_secret_itself() {
        for text in ["sesame", "file:sesame", "api:sesame!"] {
            let error = text.parse::<Location>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("sesame"), "{error}");
        }
    }
}
