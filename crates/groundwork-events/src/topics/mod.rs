//! Topics as code: what topics.yaml declares, what the broker has, and what closes the gap.
//!
//! [`spec`](Declared) reads and judges the file, [`plan()`] compares without I/O, [`reconcile()`]
//! carries a plan out, and [`list`], [`describe`] and [`lag`] look. Reconciliation deletes nothing
//! unless it is told to prune.

mod check;
mod find;
mod inspect;
mod lag;
mod lines;
mod name;
mod plan;
mod reconcile;
mod refused;
mod retention;
mod spec;

pub use inspect::{Description, Partition, Setting, Source, Summary, describe, list};
pub use lag::{Lag, lag};
pub use plan::{Action, Change, Found, Plan, plan};
pub use reconcile::{Changes, reconcile};
pub use refused::{Broken, Refused};
pub use retention::Retention;
pub use spec::{Declared, Topic};
