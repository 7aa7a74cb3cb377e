//! All that the launcher, the validation and the benchmark do with the event bus.
//!
//! This crate owns the client's side of a Kafka: topics as code ([`topics`]), records from and to
//! standard streams ([`produce()`], [`consume()`]), looks into a topic ([`look()`], [`tail()`]). It also
//! has a small typed client ([`Bus`]), a ledger of acknowledged records ([`ledger`]) and a load driver
//! ([`load`]). It starts no broker, knows no Kubernetes and prints nothing.
//!
//! Topics as code need no broker to be judged:
//!
//! ```
//! use groundwork_events::topics::Declared;
//!
//! let file = "topics.yaml".as_ref();
//! let declared = Declared::parse(file, "topics: [{name: orders, partitions: 6, retention: 7d}]")?;
//! assert_eq!(declared.topics[0].settings["retention.ms"], "604800000");
//!
//! let refused = Declared::parse(file, "topics:\n  - name: or ders\n    partitions: 6\n").unwrap_err();
//! assert!(refused.to_string().starts_with("topics.yaml:2: topic 'or ders'"));
//! # Ok::<(), groundwork_events::topics::Refused>(())
//! ```

mod bus;
mod client;
mod consume;
mod echo;
mod error;
mod group;
pub mod ledger;
pub mod load;
mod look;
mod produce;
mod record;
#[cfg(test)]
mod test_bus;
pub mod topics;
mod watermarks;

pub use bus::{Bus, Position};
pub use consume::{Reading, Start, consume};
pub use echo::Echo;
pub use error::Error;
pub use group::Group;
pub use look::{Begin, Bounds, Look, Looked, Shown, Tail, look, tail};
pub use produce::{Keys, produce};
pub use record::Record;
pub use watermarks::Offsets;
