//! Any stack.json is read or refused, and what is read can be written and read again.
#![no_main]

use std::{fs, path::Path};

use groundwork_contract::Stack;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    let read = |path: &Path, text: &[u8]| {
        fs::write(path, text).expect("it can be written");
        Stack::read(path)
    };
    if let Ok(stack) = read(file.path(), text) {
        let written = serde_json::to_vec(&stack).expect("it can be written");
        assert_eq!(read(file.path(), &written).expect("it was written"), stack);
    }
});
