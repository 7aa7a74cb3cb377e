//! A service's telemetry as those see it who receive it.

mod collector;
mod context;
mod delivery;
mod lines;
mod lost;
mod requests;

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tracing::subscriber::with_default;

use crate::telemetry::setup::{resource, subscriber};

/// More than anything here takes.
const SOON: Duration = Duration::from_secs(20);

/// The log's lines while `work` is done as in a service without a collector.
pub(crate) fn logged(work: impl FnOnce()) -> Vec<Value> {
    let written = Arc::new(Mutex::new(vec![]));
    let log = Arc::clone(&written);
    let writer = move || Written(Arc::clone(&log));
    with_default(subscriber(writer, resource("tests", "1.0.0"), None), work);
    let bytes = written.lock().unwrap();
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
