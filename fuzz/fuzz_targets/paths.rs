//! Any path that the console's server accepts is plain: it means the same to every server behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../services/console/program/src/paths.rs"]
mod paths;

fuzz_target!(|path: &str| {
    for segment in paths::segments(path).into_iter().flatten() {
        assert!(!matches!(&*segment, "" | "." | ".."), "{path}");
        assert!(
            !segment.contains(['/', '\\', '%', '?', '#', ';', '\0', '\n', '\t']),
            "{path}"
        );
    }
});
