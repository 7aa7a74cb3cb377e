//! The durability check's books: which records were acknowledged, and whether they are there.
//!
//! [`Ledger`] keeps producing numbered records while the broker is killed and comes back, and
//! remembers every acknowledgement. [`read_back`] reads the topic from its start, and [`verify`]
//! compares. It kills nothing itself.

mod back;
mod keep;
mod verify;

pub use back::read_back;
pub use keep::{Books, Ledger, Pace};
pub use verify::{Entry, Verdict, verify};
