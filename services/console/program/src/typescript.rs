//! What the console sends, as the page's types. Tests keep the page's file as the server's types are.

use std::{collections::BTreeMap, env, fs};

use ts_rs::{Config, TS, TypeVisitor};

use crate::{cluster, dashboards, events, failure::Reason};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../page/src/generated/server.ts"
);
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

#[test]
fn the_page_has_the_types_that_the_server_sends() {
    // JSON's numbers are JavaScript's, however large.
    let config = Config::new().with_large_int("number");
    let declared = BTreeMap::new();
    let types = Types { config, declared }.with::<Reason>();
    let types = events::types(cluster::types(dashboards::types(types))).text();
    if env::var_os("UPDATE_TYPES").is_some() {
        fs::write(FILE, &types).unwrap();
    }
    let kept = fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        kept == types,
        "{FILE} differs from the types of the server\nhint: run {REMEDY}"
    );
}
