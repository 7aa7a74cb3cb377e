//! PostgreSQL as services use it: connections that take the secret's current version, migrations that are applied once,
//! and a span for each operation.
//!
//! [`Database`] is the pool, `connect` how a connection is made, and `migrate` how the tables come to be. [`Error`]
//! tells a database that is away from a statement that is wrong.

mod connect;
mod error;
mod migrate;
mod pool;

pub use error::Error;
pub use migrate::Migration;
pub use pool::{Database, Session};
pub use tokio_postgres::{Client, Error as StatementError, Row, types};
