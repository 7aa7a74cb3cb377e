//! `service.toml`: what tools know of a service.

use std::{fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

use super::{
    kind::{Kind, by_name},
    template::FEATURES,
};
use crate::failure::Failure;

/// The file in a service's folder.
const FILE: &str = "service.toml";

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct About {
    /// The service's name.
    pub name: String,
    /// The template that it was made from.
    #[serde(deserialize_with = "by_name")]
    pub kind: &'static Kind,
    /// What it has of the template's features.
    pub features: Vec<String>,
    /// The version of that template.
    pub template: u32,
    /// The namespace of its objects, as nix/lib/service/deployment.nix takes it.
    #[serde(default = "services")]
    pub namespace: String,
}

fn services() -> String {
    "services".into()
}

impl About {
    /// Reads it in the service's `folder`.
    ///
    /// # Errors
    /// When there is none, or it lacks a field.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(Failure::wrong_use(format!(
                "{} is no service: it has no {FILE}",
                folder.display()
            ))
            .hint("groundwork new NAME makes one; name its folder")
            .into());
        }
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("cannot understand {}", path.display()))
    }

    /// The features that it does without.
    pub fn without(&self) -> Vec<String> {
        let missing = FEATURES
            .iter()
            .filter(|it| !self.features.iter().any(|has| has == *it));
        missing.map(|it| (*it).to_owned()).collect()
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(toml::from_str(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# [it]\nname = \"orders\"\nkind = \"fastapi\"\nfeatures = [\n    \"kafka\",\n]\ntemplate = 1\n";

    #[test]
    fn it_says_what_the_service_is() {
        let about = About::parse(TEXT).unwrap();
        assert_eq!(
            (&*about.name, about.kind.name, about.template),
            ("orders", "fastapi", 1)
        );
        assert_eq!(about.features, ["kafka"]);
        assert_eq!(about.without(), ["database"]);
        assert_eq!(about.namespace, "services");
        let elsewhere = About::parse(&format!("{TEXT}namespace = \"shop\"\n")).unwrap();
        assert_eq!(elsewhere.namespace, "shop");
        let none = About::parse(&TEXT.replace("\n    \"kafka\",\n", "")).unwrap();
        assert_eq!(none.without(), FEATURES);
    }

    #[test]
    fn a_kind_that_is_not_there_is_named_with_those_that_are() {
        let error = About::parse(&TEXT.replace("fastapi", "django")).unwrap_err();
        let wanted = "there is no kind 'django'; it is fastapi or axum";
        assert!(error.to_string().contains(wanted), "{error}");
    }

    #[test]
    fn a_field_that_is_missing_is_named() {
        let error = About::parse(&TEXT.replace("kind", "kine")).unwrap_err();
        assert!(
            error.to_string().contains("missing field `kind`"),
            "{error}"
        );
    }
}
