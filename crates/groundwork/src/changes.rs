//! What is another in one stack than in the stack that runs.

use groundwork_contract::Stack;
use serde::Serialize;

/// Names of what differs, by its kind.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Programs of the node.
    pub programs: Vec<String>,
    /// Images.
    pub images: Vec<String>,
    /// Waves whose objects, topics or secrets differ.
    pub waves: Vec<String>,
    /// Components that are there no longer.
    pub removed: Vec<String>,
}

impl Changes {
    /// What is another in `new` than in `old`.
    pub fn between(old: &Stack, new: &Stack) -> Self {
        let programs = new.programs.iter();
        let programs = programs.filter(|(name, path)| old.programs.get(*name) != Some(path));
        let images = new.images().filter(|image| {
            let mut others = old.images().filter(|it| it.name == image.name);
            others.all(|it| it.digest != image.digest)
        });
        let waves = new.waves.iter().filter(|wave| !old.waves.contains(wave));
        let removed = old.components.iter().filter(|component| {
            let mut components = new.components.iter();
            components.all(|it| it.name != component.name)
        });
        Self {
            programs: programs.map(|(name, _)| name.clone()).collect(),
            images: images.map(|it| it.name.clone()).collect(),
            waves: waves.map(|it| it.name.clone()).collect(),
            removed: removed.map(|it| it.name.clone()).collect(),
        }
    }

    /// A line for each kind of thing.
    pub fn lines(&self) -> Vec<String> {
        let kinds = [
            ("programs", &self.programs),
            ("images", &self.images),
            ("objects", &self.waves),
            ("removed", &self.removed),
        ];
        let some = kinds.iter().filter(|(_, names)| !names.is_empty());
        let lines: Vec<_> = some
            .map(|(kind, names)| format!("changes of {kind}: {}", names.join(", ")))
            .collect();
        match lines.is_empty() {
            true => vec!["nothing has changed".into()],
            false => lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::PathBuf};

    use groundwork_contract::{FORMAT, Wave};

    use super::*;

    fn stack(kubelet: &str, objects: &str) -> Stack {
        Stack {
            format: FORMAT,
            version: String::new(),
            programs: BTreeMap::from([("kubelet".into(), kubelet.into())]),
            cni_plugins: PathBuf::new(),
            components: vec![],
            waves: vec![Wave {
                name: "services".into(),
                objects: objects.into(),
                topics: None,
                secrets: None,
            }],
            templates: PathBuf::new(),
            variants: vec![],
        }
    }

    #[test]
    fn what_changes_is_told_by_its_kind() {
        let old = stack("/a", "/b");
        let lines = |new: &Stack| Changes::between(&old, new).lines();
        assert_eq!(lines(&old), ["nothing has changed"]);
        assert_eq!(lines(&stack("/c", "/b")), ["changes of programs: kubelet"]);
        assert_eq!(lines(&stack("/a", "/c")), ["changes of objects: services"]);
    }
}
