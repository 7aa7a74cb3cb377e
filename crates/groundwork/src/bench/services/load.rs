//! Requests and events of one service.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::future::{join_all, try_join_all};
use groundwork_contract::role;
use groundwork_process::wait::Wait;
use groundwork_signals::{
    Window,
    traces::{Kind, Traces},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use tokio::time::interval;

use super::pod::ThePod;
use crate::{cli::Global, given};

/// Clients that ask one request after the other; one core's worth of a service has no use for more.
const CLIENTS: usize = 8;
const ASKED: Duration = Duration::from_secs(10);
/// Events come at this rate in a second, for so long.
const RATE: u32 = 200;
const PACED: Duration = Duration::from_secs(20);
/// For all of their spans to be found; those that are missing then were dropped or lost.
const FOUND: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);
/// Traces are read in pieces of so many milliseconds: some thousands each.
const PIECE: SignedDuration = SignedDuration::from_secs(1);
/// The port of every service of the templates.
const PORT: u16 = 8080;

/// Puts load on a service at its pod's own address.
pub(super) struct Load {
    pub(super) pod: ThePod,
    name: String,
    url: String,
    client: Client,
    traces: Traces,
}

impl Load {
    /// For the running service `name`.
    pub(super) async fn new(global: &Global, name: &str) -> anyhow::Result<Self> {
        let pod = ThePod::of(global, name).await?;
        let stack = given::stack(global)?;
        Ok(Self {
            url: format!("http://{}:{PORT}/items", pod.address),
            pod,
            name: name.into(),
            client: Client::builder().no_proxy().build()?,
            traces: Traces::new(stack.of_role(role::TRACES)?.endpoint()?)?,
        })
    }

    /// How many traced requests the service answers in a second of a core.
    pub(super) async fn requests(&self) -> anyhow::Result<f64> {
        self.post().await?;
        let before = self.pod.cpu()?;
        let end = Instant::now() + ASKED;
        let clients = (0..CLIENTS).map(async |_| {
            let mut answers = 0_u32;
            while Instant::now() < end {
                let answer = self.client.get(&self.url).send().await?;
                answer.error_for_status()?.bytes().await?;
                answers += 1;
            }
            anyhow::Ok(answers)
        });
        let answers: u32 = try_join_all(clients).await?.into_iter().sum();
        Ok(f64::from(answers) / (self.pod.cpu()? - before))
    }

    /// From the moment that an event is published until the service itself has read it and dealt with it, in
    /// milliseconds as their spans say: the median and the 95th percentile.
    pub(super) async fn events(&self) -> anyhow::Result<[f64; 2]> {
        let from = Timestamp::now();
        let mut pace = interval(Duration::from_secs(1) / RATE);
        let count = RATE * PACED.as_secs() as u32;
        let mut posts = vec![];
        for _ in 0..count {
            pace.tick().await;
            posts.push(tokio::spawn(self.post()));
        }
        for posted in join_all(posts).await {
            posted??;
        }
        let to = Timestamp::now();
        let wait = Wait::new("the spans of all events", FOUND).every(PAUSE);
        let trips = wait.until(async || {
            let trips = self.trips(Window { from, to }).await;
            let trips = trips.map_err(|error| format!("{error:#}"))?;
            match trips.len() == count as usize {
                true => Ok(trips),
                false => Err(format!("{} of {count} are there", trips.len())),
            }
        });
        let mut trips = trips.done().await?;
        trips.sort_by(f64::total_cmp);
        let at = |part: f64| trips[(part * (trips.len() - 1) as f64) as usize];
        Ok([at(0.50), at(0.95)])
    }

    /// Makes an item, of which the service publishes an event.
    fn post(&self) -> impl Future<Output = anyhow::Result<()>> + Send + 'static {
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .body(r#"{"name":"bolt","quantity":3}"#);
        async {
            request.send().await?.error_for_status()?.bytes().await?;
            Ok(())
        }
    }

    /// The milliseconds that each event of `window` was on its way, as far as their spans are there.
    async fn trips(&self, window: Window) -> anyhow::Result<Vec<f64>> {
        let (mut out, mut read) = (BTreeMap::new(), BTreeMap::new());
        let each = self.traces.each(&self.name, window, PIECE, |span| {
            match span.kind {
                Kind::Producer => out.insert(span.trace, span.start),
                Kind::Consumer => read.insert(span.trace, span.end),
                _ => None,
            };
        });
        each.await?;
        let trips = out.iter().filter_map(|(trace, start)| {
            let end = read.get(trace)?;
            Some(end.saturating_sub(*start) as f64 / 1e6)
        });
        Ok(trips.collect())
    }
}
