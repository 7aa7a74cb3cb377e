//! What may be followed: the repository on the volume, or one elsewhere by its address, written as a flake's is:
//! `https://git.example.org/team/objects.git?ref=main&dir=deploy`.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;
use url::Url;

/// The branch of the repository on the volume.
pub(crate) const MAIN: &str = "main";

/// Why an address cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    /// Not a URL.
    #[error("it is no URL: {0}")]
    Url(#[from] url::ParseError),
    /// Another way than HTTP.
    #[error(
        "'{0}' is no way to a repository here: write https:// or http://, with a token as the password"
    )]
    Scheme(String),
    /// A word after the question mark that nobody reads.
    #[error("'{0}' is unknown: only ref and dir may stand after the question mark")]
    Word(String),
    /// A folder outside of the repository, or a branch that is an option.
    #[error("'{0}' names nothing within a repository")]
    Outside(String),
}

/// What is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// The repository on the volume, which people push to.
    Own,
    /// A repository elsewhere.
    Elsewhere(Elsewhere),
}

/// A repository elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its URL, without who asks.
    pub url: Url,
    /// What is sent as `Authorization`, where the address has a name and a password.
    pub authorization: Option<String>,
    /// The branch or tag; none for the one that it names itself.
    pub reference: Option<String>,
    /// The folder of the objects in it.
    pub folder: PathBuf,
}

impl Address {
    /// The folder of the objects in the repository.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Own => Path::new(""),
            Self::Elsewhere(it) => &it.folder,
        }
    }

    /// The address in a person's words, without a password.
    pub fn spoken(&self) -> String {
        let Self::Elsewhere(it) = self else {
            return "the stack's own".into();
        };
        let reference = it.reference.as_deref().unwrap_or("HEAD");
        match it.folder.as_os_str().is_empty() {
            true => format!("{} ({reference})", it.url),
            false => format!("{} ({reference}, {})", it.url, it.folder.display()),
        }
    }
}

impl std::str::FromStr for Address {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Own);
        }
        let mut url = Url::parse(text)?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(Wrong::Scheme(url.scheme().into()));
        }
        let (mut reference, mut folder) = (None, PathBuf::new());
        for (name, value) in url.query_pairs() {
            match &*name {
                "ref" if value.is_empty() || value.starts_with('-') => {
                    return Err(Wrong::Outside(value.into()));
                }
                "ref" => reference = Some(value.into_owned()),
                "dir" => folder = PathBuf::from(&*value),
                _ => return Err(Wrong::Word(name.into())),
            }
        }
        if !folder
            .components()
            .all(|it| matches!(it, Component::Normal(_)))
        {
            return Err(Wrong::Outside(folder.display().to_string()));
        }
        let authorization = authorization(&url);
        url.set_query(None);
        url.set_fragment(None);
        // Neither fails: an HTTP URL has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Self::Elsewhere(Elsewhere {
            url,
            authorization,
            reference,
            folder,
        }))
    }
}

fn authorization(url: &Url) -> Option<String> {
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy();
    let password = url.password()?;
    let both = format!("{}:{}", decoded(url.username()), decoded(password));
    Some(format!("Basic {}", BASE64_STANDARD.encode(both)))
}

/// The file that says what is followed. It is read anew each time, so that another address counts without a restart.
#[derive(Debug, Clone)]
pub(crate) struct Chosen(PathBuf);

impl Chosen {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self(file)
    }

    /// What is to be followed; the repository on the volume where there is no file.
    ///
    /// # Errors
    /// In words, without the address itself: a password may be in it.
    pub(crate) fn read(&self) -> Result<Address, String> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| {
                format!(
                    "cannot read the repository's address in {}: {error}",
                    self.0.display()
                )
            })?,
        };
        let address = text.parse();
        address.map_err(|wrong: Wrong| {
            format!(
                "the repository's address in {} cannot be followed: {wrong}",
                self.0.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(text: &str) -> Elsewhere {
        match text.parse().unwrap() {
            Address::Elsewhere(it) => it,
            Address::Own => panic!("{text} is its own"),
        }
    }

    #[test]
    fn without_an_address_it_is_its_own() {
        assert_eq!("".parse(), Ok(Address::Own));
        assert_eq!("\n".parse(), Ok(Address::Own));
        assert_eq!(
            Chosen::new("/nowhere/address".into()).read(),
            Ok(Address::Own)
        );
    }

    #[test]
    fn an_address_has_a_branch_and_a_folder_and_nobody_reads_its_password() {
        let it = elsewhere(&format!(
            "https://me:{}@git.example.org/objects.git?ref=live&dir=deploy/eu\n",
            "pa%3Ass"
        ));
        assert_eq!(it.url.as_str(), "https://git.example.org/objects.git");
        // `printf me:pa:ss | base64`
        assert_eq!(it.authorization.as_deref(), Some("Basic bWU6cGE6c3M="));
        assert_eq!(it.reference.as_deref(), Some("live"));
        assert_eq!(it.folder, Path::new("deploy/eu"));
        let spoken = Address::Elsewhere(it).spoken();
        assert_eq!(
            spoken,
            "https://git.example.org/objects.git (live, deploy/eu)"
        );
    }

    #[test]
    fn a_plain_address_is_the_repositorys_own_branch() {
        let it = elsewhere("http://git.example.org/objects");
        assert_eq!((it.reference, it.authorization), (None, None));
        assert_eq!(it.folder, Path::new(""));
    }

    #[test]
    fn what_cannot_be_followed_is_refused_without_the_address() {
        for text in [
            "objects.git",
            "ssh://git@git.example.org/a",
            "file:///etc",
            "https://a/b?branch=main",
            "https://a/b?ref=--upload-pack=x",
            "https://a/b?dir=../..",
            "https://a/b?dir=/etc",
        ] {
            let wrong = text.parse::<Address>().unwrap_err();
            assert!(!wrong.to_string().contains(text), "{wrong}");
        }
    }
}
