//! The pool, and what is lent from it.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use deadpool::{
    Runtime,
    managed::{Object, Pool, PoolError, Timeouts},
};
use groundwork_process::error::chain;
use groundwork_secret_files::SecretFiles;
use tokio::{
    task::JoinHandle,
    time::{Duration, MissedTickBehavior, interval},
};
use tokio_postgres::Client;
use tracing::Span;

use crate::{
    Error, Migration,
    connect::{Connections, PATIENCE},
    migrate::migrate,
};

/// How many connections a pod has at most.
const CONNECTIONS: usize = 10;
/// From one attempt to reach the database to the next.
const PAUSE: Duration = Duration::from_secs(1);

/// A service's database. Clones share their connections.
#[derive(Clone)]
pub struct Database {
    pool: Pool<Connections>,
    /// Set once the tables are as the migrations want them.
    migrated: Arc<OnceLock<()>>,
}

impl Database {
    /// The one that `secret` leads to: its fields are username, password, host, port and database. Nothing is reached
    /// for yet.
    #[must_use]
    pub fn new(secret: SecretFiles) -> Self {
        let pool = Pool::builder(Connections { secret })
            .runtime(Runtime::Tokio1)
            .max_size(CONNECTIONS)
            .timeouts(Timeouts {
                wait: Some(PATIENCE),
                create: Some(PATIENCE),
                recycle: Some(PATIENCE),
            })
            .build()
            .expect("a pool with timeouts has a runtime");
        Self {
            pool,
            migrated: Arc::default(),
        }
    }

    /// Starts to reach for the database, and applies `migrations` once it is there.
    pub fn migrate(&self, migrations: &'static [Migration]) -> JoinHandle<()> {
        let database = self.clone();
        tokio::spawn(async move {
            let mut pace = interval(PAUSE);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut told = None;
            loop {
                pace.tick().await;
                match database.try_migrate(migrations).await {
                    Ok(()) => break,
                    Err(error) => {
                        let error = chain(&error);
                        if told.as_ref() != Some(&error) {
                            tracing::warn!(error, "the database cannot be used");
                        }
                        told = Some(error);
                    }
                }
            }
            tracing::info!("the database is there");
            database.migrated.get_or_init(|| ());
        })
    }

    /// Why no operation can be done now; `None` when one can.
    pub async fn missing(&self) -> Option<String> {
        if self.migrated.get().is_none() {
            return Some("it has not been reached yet".into());
        }
        let asked = async {
            let client = self.lend().await?;
            client.simple_query("select 1").await?;
            Ok::<_, Error>(())
        };
        asked.await.err().map(|error| chain(&error))
    }

    /// Lends a connection for an operation, which has a span of its name.
    ///
    /// # Errors
    /// [`Error::Away`].
    pub async fn session(&self, operation: &'static str) -> Result<Session, Error> {
        if self.migrated.get().is_none() {
            return Err(Error::Away("it has not been reached yet".into()));
        }
        let span = tracing::info_span!(
            "database",
            otel.name = format!("database {operation}"),
            otel.kind = "client",
            db.system.name = "postgresql",
            db.operation.name = operation,
        );
        let client = self.lend().await?;
        Ok(Session {
            client,
            _span: span,
        })
    }

    async fn try_migrate(&self, migrations: &[Migration]) -> Result<(), Error> {
        Ok(migrate(&mut *self.lend().await?, migrations).await?)
    }

    async fn lend(&self) -> Result<Object<Connections>, Error> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            other => Error::Away(other.to_string()),
        })
    }
}

/// A connection for one operation, whose span ends with it.
pub struct Session {
    client: Object<Connections>,
    _span: Span,
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_without_its_secret_is_missing_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(SecretFiles::new(folder.path()));
        let missing = database.missing().await.unwrap();
        assert_eq!(missing, "it has not been reached yet");
        let error = database.session("look").await.err().unwrap().to_string();
        assert!(error.contains("not been reached"), "{error}");
        let error = database.try_migrate(&[]).await.unwrap_err().to_string();
        assert!(error.contains("there is no secret in"), "{error}");
    }
}
