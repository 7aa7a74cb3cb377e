//! What a check is, and how it is run, judged, counted, printed and recorded. It knows no check.

mod busy;
mod check;
mod context;
pub(crate) mod group;
mod junit;
mod last;
mod printed;
mod run;
mod verdict;

pub use check::{Check, Run, Speed, Turn};
pub use context::Context;
pub(crate) use context::blocking;
pub use junit::junit;
pub use last::keep;
pub use printed::{line, summary};
pub use run::Event;
pub(crate) use run::run;
pub use verdict::{CheckFailure, Verdict};
pub(crate) use verdict::{TooSlow, judged, quick};
