//! What a benchmark answers: figures, their shape, and the machine on which they were measured.

use std::{borrow::Cow, time::Duration};

use procfs::Current;
use serde::Serialize;

use crate::table;

/// The answer of `bench`; its JSON is a contract.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// What was measured.
    pub bench: &'static str,
    /// On what.
    pub machine: String,
    /// The figures, in the order in which they were measured.
    pub figures: Vec<Figure>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Its name, fixed by the contract.
    pub name: Cow<'static, str>,
    /// Its value in `unit`.
    pub value: f64,
    /// `s`, `ms`, `h`, `bytes`, `cores`, or a number of things, `/s` when it is a rate.
    pub unit: &'static str,
}

impl Figure {
    /// `value` of `unit`, as `name`.
    pub fn new(name: impl Into<Cow<'static, str>>, value: f64, unit: &'static str) -> Self {
        let name = name.into();
        Self { name, value, unit }
    }

    /// The value as a person reads it.
    pub fn text(&self) -> String {
        match self.unit {
            "bytes" => table::bytes(self.value as u64),
            "cores" => format!("{:.3} cores", self.value),
            "msg/s" | "lines/s" | "lines" | "spans/s" | "spans" => {
                format!("{:.0} {}", self.value, self.unit)
            }
            unit => format!("{:.1} {unit}", self.value),
        }
    }
}

/// The middle one in seconds; of none, none.
pub fn median(times: &[Duration]) -> f64 {
    let mut times: Vec<_> = times.iter().map(Duration::as_secs_f64).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// This machine in a few words.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = procfs::Meminfo::current().map_or(0, |info| info.mem_total);
    let kernel = procfs::sys::kernel::Version::current().map_or_else(
        |_| "?".into(),
        |v| format!("{}.{}.{}", v.major, v.minor, v.patch),
    );
    format!("{cores} cores, {}, Linux {kernel}", table::bytes(memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_promised_fields() {
        let outcome = Outcome {
            bench: "cluster",
            machine: "2 cores".into(),
            figures: vec![Figure::new("idle_cpu", 0.04, "cores")],
        };
        assert_eq!(
            serde_json::to_value(&outcome).unwrap(),
            serde_json::json!({
                "bench": "cluster", "machine": "2 cores",
                "figures": [{"name": "idle_cpu", "value": 0.04, "unit": "cores"}],
            })
        );
    }

    #[test]
    fn a_figure_is_shown_with_its_unit() {
        assert_eq!(Figure::new("up_again", 0.84, "s").text(), "0.8 s");
        assert_eq!(
            Figure::new("idle_cpu", 0.0412, "cores").text(),
            "0.041 cores"
        );
    }
}
