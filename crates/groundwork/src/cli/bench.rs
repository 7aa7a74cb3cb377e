//! Arguments of `bench`.

use clap::{Args, ValueEnum};

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// What to measure
    pub name: BenchName,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub json: bool,
}

/// What `bench` can measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BenchName {
    /// Start-up times, memory and idle CPU, on a cluster of its own that it removes again
    Cluster,
    /// The event bus of the running stack, whose broker is restarted: start, latency, rate, memory
    Events,
    /// Metrics, logs and traces: memory and CPU, load without loss, query times; of the running stack,
    /// or where none runs of one of its own, whose start is measured too
    Observability,
    /// How soon the change of one line of this checkout has the pipeline's verdict; five times four kinds of lines
    Pipeline,
    /// Services of both templates on the running stack: how soon they and their changes are there, requests,
    /// events, memory; and thirty at once
    Services,
}
