//! Topics as code: what topics.yaml declares, what the broker has, and what closes the gap.
//!
//! [`spec`](Declared) reads and judges the file, [`plan()`] compares without I/O, [`reconcile()`]
//! carries a plan out, and [`list`], [`describe`] and [`lag`] look; [`overview()`]
//! and [`groups()`] do so for all at once, with few requests. Reconciliation deletes nothing
//! unless it is told to prune.

mod check;
mod find;
mod groups;
mod inspect;
mod lag;
mod lines;
mod name;
mod overview;
mod plan;
#[cfg(test)]
mod properties;
mod reconcile;
mod refused;
mod retention;
mod spec;

pub use groups::{Behind, Group, groups};
pub(crate) use inspect::largest_batch;
pub use inspect::{Description, Partition, Setting, Source, Summary, describe, list};
pub use lag::{Lag, lag};
pub use overview::{Held, Overview, overview};
pub use plan::{Action, Change, Found, TopicPlan, plan};
pub use reconcile::{Changes, planned, reconcile};
pub use refused::{Broken, Refused};
pub use retention::Retention;
pub use spec::{Declared, Topic};
