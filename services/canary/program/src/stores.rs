//! The four stores: each asked, in its own words, for the newest of some rounds that it has.
//!
//! An answer has to be in time, and is not waited for again: the next look asks anew.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use clap::Args;
use groundwork_events::{Begin, Bounds, Bus, Look};
use groundwork_process::error::chain;
use reqwest::Client;
use tokio::{sync::OnceCell, time::timeout};

use crate::ages::{Round, Store};

/// For an answer: half the time between two looks, so that a slow machine is not taken for a broken one.
const PATIENCE: Duration = Duration::from_secs(10);
/// For the event bus to answer at all; less, so that this is what is told.
const CONNECTING: Duration = Duration::from_secs(8);
/// How much of an error's text is worth telling.
const SHOWN: usize = 200;

/// Where the stores are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Places {
    /// VictoriaLogs.
    #[arg(long, env = "CANARY_LOGS", value_name = "URL")]
    pub(crate) logs: String,
    /// Jaeger.
    #[arg(long, env = "CANARY_TRACES", value_name = "URL")]
    pub(crate) traces: String,
    /// Prometheus.
    #[arg(long, env = "CANARY_METRICS", value_name = "URL")]
    pub(crate) metrics: String,
    /// The event bus.
    #[arg(long, env = "CANARY_BROKER", value_name = "HOST:PORT")]
    pub(crate) broker: String,
    /// The topic of the records.
    #[arg(long, env = "CANARY_TOPIC", default_value = "canary")]
    pub(crate) topic: String,
}

/// Why a store did not say what it has.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{server} does not answer")]
    Silent {
        server: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("{server} answers {status}: {text}")]
    Refused {
        server: String,
        status: u16,
        text: String,
    },
    #[error("nothing came from {server} for {} s", PATIENCE.as_secs())]
    Late { server: String },
    #[error(transparent)]
    Bus(#[from] groundwork_events::Error),
    /// It never went out: that the store lacks it would say too little.
    #[error("not published: {0}")]
    Unpublished(String),
}

/// The stores.
pub(crate) struct Stores {
    places: Places,
    client: Client,
    /// There once the broker has answered.
    bus: OnceCell<Bus>,
    /// Why the last record failed to go out, if it did.
    unpublished: Mutex<Option<String>>,
}

impl Stores {
    /// Nothing is asked yet.
    pub(crate) fn new(places: Places) -> reqwest::Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            // What was restarted meanwhile must not be asked on an old connection.
            .pool_max_idle_per_host(0);
        Ok(Self {
            places,
            client: client.build()?,
            bus: OnceCell::new(),
            unpublished: Mutex::default(),
        })
    }

    /// Publishes the record of a round; a failure is told by the next look that misses it.
    pub(crate) async fn publish(&self, round: &Round) {
        let work = async {
            let bus = self.bus().await?;
            let id = round.id.as_bytes();
            Ok(bus.publish(&self.places.topic, None, id).await?)
        };
        let error = in_time(&self.places.broker, work).await.err();
        let mut unpublished = self
            .unpublished
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *unpublished = error.map(|error| chain(&error));
    }

    /// The first of `rounds`, and so the newest, that `store` has.
    pub(crate) async fn find(
        &self,
        store: Store,
        rounds: &[Round],
    ) -> Result<Option<Round>, Error> {
        let places = &self.places;
        match store {
            Store::Logs => in_time(&places.logs, self.line(rounds)).await,
            Store::Traces => in_time(&places.traces, self.span(rounds)).await,
            Store::Metrics => in_time(&places.metrics, self.sample(rounds)).await,
            Store::Events => in_time(&places.broker, self.record(rounds)).await,
        }
    }

    async fn line(&self, rounds: &[Round]) -> Result<Option<Round>, Error> {
        let ids: Vec<_> = rounds.iter().map(|it| format!("\"{}\"", it.id)).collect();
        // Each once, as a collector that was killed may have sent a line twice.
        let query = format!(
            r#"{{"service.name"="{}"}} _time:1h trace_id:in({}) | uniq by (trace_id)"#,
            env!("CARGO_PKG_NAME"),
            ids.join(",")
        );
        let query = [("query", &*query)];
        let answer = self.ask(&self.places.logs, "/select/logsql/query", &query);
        let answer = answer.await?;
        Ok(first(rounds, |round| answer.contains(&round.id)))
    }

    async fn span(&self, rounds: &[Round]) -> Result<Option<Round>, Error> {
        for round in rounds {
            let path = format!("/api/v3/traces/{}", round.id);
            match self.ask(&self.places.traces, &path, &[]).await {
                Ok(_) => return Ok(Some(round.clone())),
                Err(Error::Refused { status: 404, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn sample(&self, rounds: &[Round]) -> Result<Option<Round>, Error> {
        let query = [("query", "canary_sent_timestamp_seconds")];
        let answer = self.ask(&self.places.metrics, "/api/v1/query", &query);
        let answer = answer.await?;
        // A value is a string there, and the time of the answer is a number.
        let has = |round: &Round| answer.contains(&format!("\"{}\"", round.second));
        Ok(first(rounds, has))
    }

    async fn record(&self, rounds: &[Round]) -> Result<Option<Round>, Error> {
        let look = Look {
            topic: self.places.topic.clone(),
            partition: None,
            begin: Begin::Newest,
            key: None,
            text: None,
            limit: rounds.len(),
            bounds: Bounds {
                records: 100,
                time: PATIENCE,
                value: 64,
                bytes: 4096,
            },
        };
        let looked = groundwork_events::look(self.bus().await?, &look).await?;
        let values = || looked.records.iter().map(|it| it.record.value.as_deref());
        let has = |round: &Round| values().any(|value| value == Some(round.id.as_bytes()));
        let unpublished = self
            .unpublished
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match (first(rounds, has), &*unpublished) {
            (None, Some(reason)) => Err(Error::Unpublished(reason.clone())),
            (found, _) => Ok(found),
        }
    }

    /// The client of the event bus, which once it is there comes back by itself.
    async fn bus(&self) -> Result<&Bus, Error> {
        let connect = || Bus::connect_exactly(&self.places.broker, CONNECTING);
        Ok(self.bus.get_or_try_init(connect).await?)
    }

    /// What `server` answers to a GET.
    async fn ask(&self, server: &str, path: &str, query: &[(&str, &str)]) -> Result<String, Error> {
        let silent = |source: reqwest::Error| Error::Silent {
            server: server.into(),
            source: source.without_url(),
        };
        let url = format!("{}{path}", server.trim_end_matches('/'));
        let request = self.client.get(url).query(query);
        let answer = request.send().await.map_err(silent)?;
        let status = answer.status();
        let text = answer.text().await.map_err(silent)?;
        if status.is_success() {
            return Ok(text);
        }
        Err(Error::Refused {
            server: server.into(),
            status: status.as_u16(),
            text: text.trim().chars().take(SHOWN).collect(),
        })
    }
}

/// What `work` with `server` comes to, as long as all of it takes no longer than it may.
async fn in_time<T>(
    server: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match timeout(PATIENCE, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::Late {
            server: server.into(),
        }),
    }
}

fn first(rounds: &[Round], has: impl Fn(&Round) -> bool) -> Option<Round> {
    rounds.iter().find(|round| has(round)).cloned()
}

#[cfg(test)]
mod tests;
