//! The kinds of secrets: which fields each has, what a field must be, and which can be made here.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::*};
use rand::{TryRngCore as _, rngs::OsRng};
use zeroize::Zeroizing;

use crate::{Fields, Value, store::Error};

/// What a secret is for. It is the Secret object's `type`, `groundwork/<kind>`, which never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A provider's key: `key`, and as the provider has them `id` and `url`.
    ApiKey,
    /// A database's credentials: `username`, `password`, `host`, `port`, `database`.
    Database,
    /// What one service shows another: `token`.
    Token,
    /// A key to encrypt data with: `key`, 32 bytes in base64.
    EncryptionKey,
    /// Anything else: fields of any name.
    Opaque,
}

/// One field of a kind.
struct Field {
    name: &'static str,
    required: bool,
    /// The fault of a value, without the value.
    fault: fn(&str) -> Option<&'static str>,
    /// How a new value is made, where that is possible at all.
    make: Option<fn() -> Result<Value, Error>>,
}

/// Bytes of randomness in what is made here: 256 bits, as many as the ciphers in use have.
const RANDOM: usize = 32;
/// A token must be beyond guessing; 16 characters of base64 have 96 bits.
const SHORTEST_TOKEN: usize = 16;

impl Kind {
    /// All kinds, in the order in which they are documented.
    pub const ALL: [Self; 5] = [
        Self::ApiKey,
        Self::Database,
        Self::Token,
        Self::EncryptionKey,
        Self::Opaque,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Database => "database",
            Self::Token => "token",
            Self::EncryptionKey => "encryption-key",
            Self::Opaque => "opaque",
        }
    }

    /// The Secret object's type.
    #[must_use]
    pub fn object_type(self) -> String {
        format!("groundwork/{}", self.name())
    }

    /// The fields that it must have.
    #[must_use]
    pub fn required(self) -> Vec<&'static str> {
        let fields = self.fields().iter().filter(|field| field.required);
        fields.map(|field| field.name).collect()
    }

    /// The fields of which a new value can be made here.
    #[must_use]
    pub fn made_here(self) -> Vec<&'static str> {
        let fields = self.fields().iter().filter(|field| field.make.is_some());
        fields.map(|field| field.name).collect()
    }

    /// New values of the fields of which they can be made here.
    ///
    /// # Errors
    /// [`Error::NotMadeHere`] when there is no such field, [`Error::NoRandomness`].
    pub fn make(self) -> Result<Fields, Error> {
        let makers = self
            .fields()
            .iter()
            .filter_map(|field| Some((field.name, field.make?)));
        let made: Fields = makers
            .map(|(name, make)| Ok((name.to_owned(), make()?)))
            .collect::<Result<_, Error>>()?;
        if made.is_empty() {
            return Err(Error::NotMadeHere(self));
        }
        Ok(made)
    }

    /// Judges a whole secret.
    ///
    /// # Errors
    /// [`Error::Field`], naming the field and never its value.
    pub fn check(self, fields: &Fields) -> Result<(), Error> {
        let wrong = |field: &str, reason: &str| Error::Field {
            field: field.to_owned(),
            reason: reason.to_owned(),
        };
        for (name, value) in fields {
            if name.is_empty()
                || !name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            {
                return Err(wrong(
                    name,
                    "a field's name has letters, digits, '.', '_' and '-' only",
                ));
            }
            if value.expose().is_empty() {
                return Err(wrong(name, "it is empty"));
            }
        }
        if self == Self::Opaque {
            return match fields.is_empty() {
                true => Err(wrong("", "a secret has one field at least")),
                false => Ok(()),
            };
        }
        for name in fields.keys() {
            if !self.fields().iter().any(|field| field.name == name) {
                let known: Vec<_> = self.fields().iter().map(|field| field.name).collect();
                let reason = format!("a secret of kind {self} has {}", known.join(", "));
                return Err(wrong(name, &reason));
            }
        }
        for field in self.fields() {
            let Some(value) = fields.get(field.name) else {
                if field.required {
                    return Err(wrong(
                        field.name,
                        &format!("a secret of kind {self} needs it"),
                    ));
                }
                continue;
            };
            let text = value
                .expose_text()
                .map_err(|_| wrong(field.name, "it is no text"))?;
            if let Some(reason) = (field.fault)(text) {
                return Err(wrong(field.name, reason));
            }
        }
        Ok(())
    }

    fn fields(self) -> &'static [Field] {
        const fn field(
            name: &'static str,
            required: bool,
            fault: fn(&str) -> Option<&'static str>,
        ) -> Field {
            Field {
                name,
                required,
                fault,
                make: None,
            }
        }
        const fn made(
            name: &'static str,
            fault: fn(&str) -> Option<&'static str>,
            make: fn() -> Result<Value, Error>,
        ) -> Field {
            Field {
                name,
                required: true,
                fault,
                make: Some(make),
            }
        }
        match self {
            Self::ApiKey => {
                const {
                    &[
                        field("key", true, word),
                        field("id", false, word),
                        field("url", false, url),
                    ]
                }
            }
            Self::Database => {
                const {
                    &[
                        field("username", true, word),
                        made("password", line, random_text),
                        field("host", true, host),
                        field("port", true, port),
                        field("database", true, word),
                    ]
                }
            }
            Self::Token => const { &[made("token", token, random_text)] },
            Self::EncryptionKey => const { &[made("key", key, random_key)] },
            Self::Opaque => &[],
        }
    }
}

fn line(text: &str) -> Option<&'static str> {
    text.chars()
        .any(char::is_control)
        .then_some("it has a line break or another control character in it")
}

fn word(text: &str) -> Option<&'static str> {
    text.chars()
        .any(|c| c.is_whitespace() || c.is_control())
        .then_some("it has a space or a line break in it")
}

fn token(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST_TOKEN {
        Some("it is shorter than 16 characters")
    } else if !text.chars().all(|c| c.is_ascii_graphic()) {
        Some("it has characters that a header cannot carry")
    } else {
        None
    }
}

fn key(text: &str) -> Option<&'static str> {
    let bytes = BASE64_STANDARD.decode(text).map(Zeroizing::new);
    match bytes {
        Ok(bytes) if bytes.len() == RANDOM => None,
        Ok(_) => Some("it has another length than 32 bytes"),
        Err(_) => Some("it is not base64"),
    }
}

fn port(text: &str) -> Option<&'static str> {
    let number = text.parse::<u16>().unwrap_or(0);
    (number == 0).then_some("it is no number from 1 to 65535")
}

fn host(text: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    (!text.chars().all(allowed)).then_some("it is no host name and no address")
}

fn url(text: &str) -> Option<&'static str> {
    let known = ["https://", "http://", "wss://"];
    let begins = known.iter().any(|begin| text.starts_with(begin));
    (!begins || word(text).is_some()).then_some("it is no URL of https, http or wss")
}

fn random() -> Result<Zeroizing<[u8; RANDOM]>, Error> {
    let mut bytes = Zeroizing::new([0; RANDOM]);
    OsRng
        .try_fill_bytes(&mut *bytes)
        .map_err(|error| Error::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

fn random_text() -> Result<Value, Error> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random()?.as_slice()).into())
}

fn random_key() -> Result<Value, Error> {
    Ok(BASE64_STANDARD.encode(random()?.as_slice()).into())
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == text);
        kind.ok_or_else(|| Error::NoKind(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let field =
            |(name, value): &(&str, &str)| ((*name).to_owned(), Value::from((*value).to_owned()));
        pairs.iter().map(field).collect()
    }

    const DATABASE: [(&str, &str); 5] = [
        ("username", "trader"),
        ("password", "correct horse"),
        ("host", "db.example"),
        ("port", "5432"),
        ("database", "orders"),
    ];

    #[test]
    fn every_kind_takes_what_is_right_for_it() {
        Kind::Database.check(&fields(&DATABASE)).unwrap();
        Kind::ApiKey
            .check(&fields(&[
                ("key", "k"),
                ("id", "i"),
                ("url", "https://paper.example/v2"),
            ]))
            .unwrap();
        Kind::Token
            .check(&fields(&[("token", &"t".repeat(16))]))
            .unwrap();
        Kind::Opaque
            .check(&fields(&[("LICENCE.txt", "any\nthing")]))
            .unwrap();
    }

    #[test]
    fn what_is_made_here_is_right_for_its_kind_and_never_the_same() {
        for kind in [Kind::Token, Kind::EncryptionKey] {
            let (one, other) = (kind.make().unwrap(), kind.make().unwrap());
            kind.check(&one).unwrap();
            assert_ne!(one, other, "{kind}");
        }
        let password = Kind::Database.make().unwrap();
        assert_eq!(password.keys().collect::<Vec<_>>(), ["password"]);
        assert!(matches!(
            Kind::ApiKey.make(),
            Err(Error::NotMadeHere(Kind::ApiKey))
        ));
    }

    #[test]
    fn a_fault_names_the_field_and_never_its_value() {
        let with = |name: &str, value: &str| {
            let mut all = fields(&DATABASE);
            all.insert(name.to_owned(), value.to_owned().into());
            all
        };
        let cases = [
            (Kind::Database, with("port", "54321999"), "port"),
            (Kind::Database, with("host", "db example"), "host"),
            (Kind::Database, with("colour", "crimson"), "colour"),
            (Kind::Database, with("password", "a\nb"), "password"),
            (Kind::Token, fields(&[("token", "brief")]), "token"),
            (
                Kind::EncryptionKey,
                fields(&[("key", &BASE64_STANDARD.encode("brief"))]),
                "key",
            ),
            (
                Kind::EncryptionKey,
                fields(&[("key", "not base64!")]),
                "key",
            ),
            (Kind::ApiKey, fields(&[("id", "only")]), "key"),
            (Kind::Opaque, fields(&[("a b", "spaced")]), "a b"),
            (Kind::Opaque, fields(&[("empty", "")]), "empty"),
        ];
        for (kind, fields, field) in cases {
            let error = kind.check(&fields).unwrap_err().to_string();
            assert!(error.contains(&format!("'{field}'")), "{error}");
            for value in fields.values().map(|value| value.expose_text().unwrap()) {
                assert!(value.is_empty() || !error.contains(value), "{error}");
            }
        }
    }

    #[test]
    fn a_kind_is_read_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse::<Kind>().unwrap(), kind);
        }
        assert!("password".parse::<Kind>().is_err());
    }
}
