// [database]
//! The tables.

use std::{collections::BTreeSet, fs};

use service::migrations::ALL;

#[test]
fn every_file_of_sql_is_among_the_migrations() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/migrations");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let files: BTreeSet<_> = files.map(|name| name.into_string().unwrap()).collect();
    let names = ALL.iter().map(|it| it.name.to_owned());
    assert_eq!(names.collect::<BTreeSet<_>>(), files);
}
// [/database]
