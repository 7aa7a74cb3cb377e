//! The console as browsers and the cluster see it, over real listeners.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

mod bed;
mod guard;
mod page;
mod proxy;
