//! What the program says.

use std::io::{self, Write as _};

use jiff::Timestamp;
use serde_json::json;

/// A log line like the broker's own: flat JSON on standard output.
pub(crate) fn log(level: &str, message: &str) {
    let time = Timestamp::now();
    let line = json!({
        "time": format!("{time:.3}"), "level": level, "logger": "kafka-broker", "message": message,
    });
    // Without a reader the line is dropped.
    let _ = writeln!(io::stdout(), "{line}");
}
