//! What goes wrong, and whose fault it is.

use groundwork_process::error::chain;
use tokio_postgres::error::SqlState;

/// Why an operation did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be used now, which passes.
    #[error("the database is away: {0}")]
    Away(String),
    /// It answers that the statement is wrong.
    #[error("the database refuses a statement")]
    Refused(#[source] tokio_postgres::Error),
}

/// States in which a database is away rather than a statement wrong:
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
const AWAY: [SqlState; 7] = [
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::CRASH_SHUTDOWN,
    SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
    SqlState::INVALID_CATALOG_NAME,
    SqlState::INVALID_PASSWORD,
    SqlState::TOO_MANY_CONNECTIONS,
];

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(state) if !AWAY.contains(state) => Self::Refused(error),
            // Without a state, no answer came.
            _ => Self::Away(chain(&error)),
        }
    }
}
