//! How a client comes to its broker.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use groundwork_process::wait::Wait;
use rdkafka::{
    consumer::Consumer,
    error::{KafkaError, RDKafkaErrorCode},
};

use super::Bus;
use crate::{
    Error,
    client::config,
    error::{blocking, failed},
};

/// One try to reach the broker.
const TRY: Duration = Duration::from_millis(500);

impl Bus {
    /// Connects to the broker at `bootstrap` (`host:port`) and waits until it answers. A slow machine
    /// may take longer than `deadline`.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when it has not within `deadline`.
    pub async fn connect(bootstrap: &str, deadline: Duration) -> Result<Self, Error> {
        let wait = Wait::new(bootstrap, deadline);
        Self::connecting(bootstrap, wait, |_| TRY).await
    }

    /// As [`connect`](Self::connect), with the same deadline on every machine: for those who are asked
    /// while the broker starts, and have to say in time that it does not answer.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_exactly(bootstrap: &str, deadline: Duration) -> Result<Self, Error> {
        let wait = Wait::new(bootstrap, deadline).exactly();
        // The client takes no shorter time, and would look without a pause.
        let shortest = Duration::from_millis(1);
        let left = move |waited| deadline.saturating_sub(waited).clamp(shortest, TRY);
        Self::connecting(bootstrap, wait, left).await
    }

    /// Waits as `wait` says. A look may take as long as `patience` says, given how long it has waited.
    async fn connecting(
        bootstrap: &str,
        wait: Wait,
        patience: impl Fn(Duration) -> Duration + Send + 'static,
    ) -> Result<Self, Error> {
        let config = config(bootstrap);
        let create = failed("set up a client of the event bus");
        let clients = || -> Result<_, KafkaError> { Ok((config.create()?, config.create()?)) };
        let (admin, reader) = clients().map_err(create)?;
        let bus = Self {
            bootstrap: bootstrap.into(),
            admin: Arc::new(admin),
            reader: Arc::new(reader),
            producer: Arc::default(),
        };
        // Also ends there when nothing answers, as the clients' threads take a moment.
        blocking(move || {
            let started = Instant::now();
            let answers = || bus.answers(patience(started.elapsed()));
            // Each look blocks inside the client until the broker answers.
            match wait.every(Duration::ZERO).until(answers).block() {
                Ok(()) => Ok(bus),
                Err(late) => Err(Error::Unreachable {
                    bootstrap: bus.bootstrap,
                    source: late.missing,
                }),
            }
        })
        .await
    }

    /// Asks the broker once for itself, and blocks for `patience` at most.
    fn answers(&self, patience: Duration) -> Result<(), KafkaError> {
        match self.reader.fetch_metadata(None, patience)?.brokers() {
            [] => Err(KafkaError::MetadataFetch(
                RDKafkaErrorCode::BrokerNotAvailable,
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use groundwork_process::error::Remedy as _;

    use super::*;

    #[tokio::test]
    async fn a_bus_that_is_not_there_is_named_with_a_hint() {
        // Port 1 of the loopback: it refuses connections, and nothing leaves the machine.
        let error = Bus::connect("127.0.0.1:1", Duration::from_millis(100))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "no event bus answers at 127.0.0.1:1");
        assert!(error.hint().is_some());
    }
}
