//! One connection: by the secret's version of that moment.

use std::{sync::Arc, time::Duration};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use groundwork_process::error::chain;
use groundwork_secret_files::{Secret, SecretFiles};
use tokio_postgres::{Client, Config, NoTls};

use crate::Error;

/// How long a connection and a statement may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Makes connections for the pool. The secret has username, password, host, port and database.
#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) secret: SecretFiles,
}

impl Manager for Connections {
    type Type = Client;
    type Error = Error;

    async fn create(&self) -> Result<Client, Error> {
        let secret = self.secret.current();
        let secret = secret.map_err(|error| Error::Away(chain(&error)))?;
        let config = config(&secret).map_err(Error::Away)?;
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = chain(&error), "a connection to the database ends");
            }
        });
        Ok(client)
    }

    async fn recycle(&self, client: &mut Client, _: &Metrics) -> RecycleResult<Error> {
        match client.is_closed() {
            true => Err(RecycleError::message("closed")),
            false => Ok(()),
        }
    }
}

fn config(secret: &Arc<Secret>) -> Result<Config, String> {
    let text = |field| {
        let value = secret.field(field).map_err(|error| error.to_string())?;
        let text = value.expose_text();
        text.map_err(|_| format!("the secret's {field} is no text"))
    };
    let port = text("port")?.parse();
    let mut config = Config::new();
    config
        .user(text("username")?)
        .password(text("password")?)
        .host(text("host")?)
        .port(port.map_err(|_| "the secret's port is no number".to_owned())?)
        .dbname(text("database")?)
        .connect_timeout(PATIENCE)
        .options(format!("-c statement_timeout={}", PATIENCE.as_millis()));
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_what_the_secret_says_and_a_field_that_is_missing_is_named() {
        let fields = [
            ("username", "orders"),
            ("password", "sesame"),
            ("host", "postgresql.database.svc"),
            ("port", "5432"),
            ("database", "orders"),
        ];
        let secret = |fields: &[(&str, &str)]| {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned().into()));
            Arc::new(Secret::new("7".into(), fields.collect()))
        };
        let config = config(&secret(&fields)).unwrap();
        assert_eq!(config.get_ports(), [5432]);
        assert_eq!(config.get_user(), Some("orders"));
        assert_eq!(config.get_options(), Some("-c statement_timeout=5000"));
        let error = super::config(&secret(&fields[..4])).unwrap_err();
        assert!(error.contains("no field database"), "{error}");
        let error = super::config(&secret(&[("port", "sesame")])).unwrap_err();
        assert!(!error.contains("sesame"), "{error}");
    }
}
