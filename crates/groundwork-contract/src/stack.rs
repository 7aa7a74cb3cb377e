//! The stack manifest (`stack.json`): what Nix has built, as the launcher reads it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    component::{Component, Image},
    error::{Error, FORMAT},
};

/// Everything that the launcher needs of a built stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// The manifest's format; see [`FORMAT`].
    pub format: u32,
    /// The release of Groundwork that wrote it.
    pub version: String,
    /// Absolute path of each program by its name: `etcd`, `kube-apiserver`, `nft`, …
    pub programs: BTreeMap<String, PathBuf>,
    /// Folder with the CNI plugins (`bridge`, `host-local`, `loopback`, `portmap`).
    pub cni_plugins: PathBuf,
    /// All components, each after what it waits for.
    pub components: Vec<Component>,
    /// Rendered Kubernetes objects, in the order in which they go in.
    pub waves: Vec<Wave>,
    /// Folder with a template for each kind of service, by the kind's name.
    pub templates: PathBuf,
    /// The same stack with optional components, once for each set of them; empty in such a stack itself.
    #[serde(default)]
    pub variants: Vec<Variant>,
}

/// A stack with optional components. It is built where a person wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The optional components that it has beside all others: the role of each by its name.
    pub optional: BTreeMap<String, String>,
    /// Its manifest; the file is there once the stack is built.
    pub manifest: PathBuf,
    /// What Nix builds it from.
    pub derivation: PathBuf,
}

/// Objects that are applied together and must be ready before the next wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// What the wave brings: `system`, `services`, …
    pub name: String,
    /// A file of YAML documents, rendered by kustomize.
    pub objects: PathBuf,
    /// The event bus's topics, which must be there once the wave is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<PathBuf>,
    /// The secrets that must be there before the next wave; values are in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<PathBuf>,
}

impl Stack {
    /// Reads the manifest at `path`.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Parse`] or [`Error::Format`], each naming `path`.
    pub fn read(path: &Path) -> Result<Self, Error> {
        /// Read alone first, so that another format is reported as such and not as a stray field.
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let text = fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.into(),
            source,
        })?;
        let parse = |source| Error::Parse {
            path: path.into(),
            source,
        };
        let header: Header = serde_json::from_str(&text).map_err(parse)?;
        if header.format != FORMAT {
            return Err(Error::Format {
                path: path.into(),
                found: header.format,
            });
        }
        serde_json::from_str(&text).map_err(parse)
    }

    /// The path of program `name`.
    ///
    /// # Errors
    /// [`Error::NoProgram`] when the manifest has none of that name.
    pub fn program(&self, name: &str) -> Result<&Path, Error> {
        self.programs
            .get(name)
            .map(PathBuf::as_path)
            .ok_or_else(|| Error::NoProgram(name.into()))
    }

    /// The first component with `role`, one of [`role`](crate::role) or of a component's own.
    ///
    /// # Errors
    /// [`Error::NoRole`] when there is none.
    pub fn of_role(&self, role: &str) -> Result<&Component, Error> {
        let mut components = self.components.iter();
        let found = components.find(|component| component.role == role);
        found.ok_or_else(|| Error::NoRole(role.into()))
    }

    /// Names of the optional components, which this stack itself does without.
    pub fn optional(&self) -> BTreeSet<&str> {
        let names = self.variants.iter().flat_map(|it| it.optional.keys());
        names.map(String::as_str).collect()
    }

    /// The name of the optional component with `role`.
    pub fn optional_of_role(&self, role: &str) -> Option<&str> {
        let mut all = self.variants.iter().flat_map(|it| &it.optional);
        Some(all.find(|it| it.1 == role)?.0)
    }

    /// The variant with the optional components `names` and no other.
    pub fn variant(&self, names: &BTreeSet<String>) -> Option<&Variant> {
        self.variants.iter().find(|it| it.optional.keys().eq(names))
    }

    /// All container images, in the order in which they are needed.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.components.iter().filter_map(|it| it.image.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn a_manifest_is_read_back_as_it_was_written() {
        let stack = Stack {
            format: FORMAT,
            version: "0.1.0".into(),
            programs: BTreeMap::from([("etcd".into(), "/store/etcd/bin/etcd".into())]),
            cni_plugins: "/store/cni/bin".into(),
            components: vec![],
            waves: vec![],
            templates: "/store/templates".into(),
            variants: vec![],
        };
        let file = written(&serde_json::to_string(&stack).unwrap());
        assert_eq!(Stack::read(file.path()).unwrap(), stack);
    }

    #[test]
    fn another_format_is_named_even_when_its_fields_differ() {
        let file = written(r#"{"format": 99, "unheard_of": true}"#);
        let error = Stack::read(file.path()).unwrap_err();
        assert!(
            matches!(error, Error::Format { found: 99, .. }),
            "{error:?}"
        );
    }

    #[test]
    fn a_variant_is_found_by_all_of_its_optional_components() {
        let text = r#"{"format":3,"version":"0","programs":{},"cni_plugins":"/","components":[],"waves":[],"templates":"/","variants":[
            {"optional":{"b":"bus"},"manifest":"/b","derivation":"/b.drv"},
            {"optional":{"b":"bus","a":"alerts"},"manifest":"/ab","derivation":"/ab.drv"}]}"#;
        let stack = Stack::read(written(text).path()).unwrap();
        let manifest = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Some(stack.variant(&names)?.manifest.to_str().unwrap())
        };
        assert_eq!(manifest(&["a", "b"]), Some("/ab"));
        assert_eq!(manifest(&["b"]), Some("/b"));
        assert_eq!(manifest(&["a"]), None);
        assert_eq!(stack.optional(), BTreeSet::from(["a", "b"]));
        assert_eq!(stack.optional_of_role("alerts"), Some("a"));
        assert_eq!(stack.optional_of_role("logs"), None);
    }

    #[test]
    fn a_missing_program_is_named() {
        let text = r#"{"format":3,"version":"0","programs":{},"cni_plugins":"/","components":[],"waves":[],"templates":"/"}"#;
        let stack = Stack::read(written(text).path()).unwrap();
        assert_eq!(
            stack.program("etcd").unwrap_err().to_string(),
            "the stack manifest names no program 'etcd'"
        );
        assert_eq!(
            stack.of_role("logs").unwrap_err().to_string(),
            "no component of the stack has the role 'logs'"
        );
    }
}
