//! The page's file of types is as the server's types are.

use std::{collections::BTreeMap, env, fs};

use ts_rs::Config;

use super::{REMEDY, Types};
use crate::{api_error::Reason, cluster, dashboards, events};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../page/src/generated/server.ts"
);

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
