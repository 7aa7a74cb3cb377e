//! What names an object in a cluster, whatever version its kind is served in.

use std::{fmt, str::FromStr};

/// Group, kind, namespace and name of an object.
///
/// It is written as `group/kind/namespace/name`, where group and namespace may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// API group; empty for the core group.
    pub group: String,
    /// Kind, as in `Deployment`.
    pub kind: String,
    /// Namespace as the object writes it.
    pub namespace: Option<String>,
    /// Name within kind and namespace.
    pub name: String,
}

impl Key {
    /// The object as a person speaks of it: `Deployment kube-system/shop`.
    #[must_use]
    pub fn spoken(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{}", self.kind, self.name),
            None => format!("{} {}", self.kind, self.name),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace.as_deref().unwrap_or_default();
        write!(f, "{}/{}/{namespace}/{}", self.group, self.kind, self.name)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(4, '/');
        let mut next = || {
            parts
                .next()
                .map(str::to_owned)
                .ok_or_else(|| format!("'{text}' is not group/kind/namespace/name"))
        };
        Ok(Self {
            group: next()?,
            kind: next()?,
            namespace: Some(next()?).filter(|namespace| !namespace.is_empty()),
            name: next()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_written() {
        for text in [
            "apps/Deployment/kube-system/shop",
            "/Namespace//hello",
            "rbac.authorization.k8s.io/ClusterRole//system:shop",
        ] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_key_with_a_part_missing_is_refused() {
        assert!("apps/Deployment/shop".parse::<Key>().is_err());
    }
}
