//! What the console sends, as the page's types.

mod tests;

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

const REMEDY: &str = "UPDATE_TYPES=1 cargo test -p groundwork-console typescript";

/// Declarations by their names.
pub(crate) struct Types {
    config: Config,
    declared: BTreeMap<String, String>,
}

impl Types {
    /// `T`, and all that it is made of.
    pub(crate) fn with<T: TS + 'static>(mut self) -> Self {
        self.visit::<T>();
        self
    }

    fn text(&self) -> String {
        let head = format!("// Written by `{REMEDY}` from the types of the console's server.\n");
        let declared = self.declared.values().map(String::as_str);
        [head.as_str()]
            .into_iter()
            .chain(declared)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // What has no file is built into TypeScript.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}export {}\n", T::decl(&self.config));
        match self.declared.insert(name.clone(), declaration.clone()) {
            None => T::visit_dependencies(self),
            Some(other) => assert_eq!(other, declaration, "two types are called {name}"),
        }
    }
}
