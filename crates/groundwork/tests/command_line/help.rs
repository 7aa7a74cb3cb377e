//! `--help` of the launcher and of each command, however deep.

use std::{collections::BTreeSet, fs, path::Path};

use crate::desk::Desk;

/// The names under "Commands:" of a help text.
fn commands(help: &str) -> Vec<String> {
    let after = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    after
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Compares the help of `command` and of all below it; returns the names of their files.
fn compare(command: &str) -> BTreeSet<String> {
    let desk = Desk::bare().runs(&[&format!("{command} --help")]);
    let below = commands(desk.seen());
    let file = format!("{}.txt", command.replace(' ', "-"));
    desk.reads(&format!("help/{file}"));
    let mut files = BTreeSet::from([file]);
    for name in below {
        // Its help is kubectl's own.
        if name != "kubectl" {
            files.extend(compare(&format!("{command} {name}")));
        }
    }
    files
}

#[test]
fn every_command_has_its_help() {
    let compared = compare("groundwork");
    assert!(compared.len() > 20, "{compared:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command_line/help");
    let entries = fs::read_dir(folder).unwrap();
    let there: BTreeSet<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        there, compared,
        "a command is gone, and its help is still there"
    );
}
