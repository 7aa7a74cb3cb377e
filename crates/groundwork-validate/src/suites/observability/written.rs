//! What a pod has written, as the servers give it back.

use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
    numbers::{Tally, number},
    traces::Span,
    writers::{NUMBER, WriterPlan},
};
use jiff::{SignedDuration, Timestamp};

use super::server::{BACK, Server};
use crate::{
    runner::{CheckFailure, Context},
    shared::{
        signals::{SERVICE, logs, metrics, traces},
        wait::wait_for,
    },
};

/// How many must be found that are younger than a kill, so that each kill hits one that is at work.
const BETWEEN: usize = 400;
/// Traces are read in pieces of so many seconds.
const PIECE: SignedDuration = SignedDuration::from_secs(2);
/// Of those that are younger than a kill, more than enough.
const SOME: usize = 10 * BETWEEN;

/// What the pod `pod` has written, as it is found.
pub(super) struct Written<'a> {
    pub(super) context: &'a Context,
    pub(super) run: String,
    pub(super) pod: String,
}

impl Written<'_> {
    /// Waits until `server` gives enough of what was written after `moment`.
    pub(super) async fn younger_than(
        &self,
        server: Server,
        moment: Timestamp,
    ) -> Result<(), CheckFailure> {
        wait_for("what was written since", BACK, async || {
            let window = Window::since(moment);
            let found = match server {
                Server::VictoriaLogs => self.lines(window).await?,
                Server::Jaeger => self.spans(window).await?.len(),
                Server::Collector => {
                    let spans = self.spans(window).await?.len();
                    spans.min(self.lines(window).await?)
                }
                Server::Prometheus => match self.collected_since(moment).await? {
                    true => BETWEEN,
                    false => 0,
                },
            };
            match found {
                BETWEEN.. => Ok(()),
                few => Err(CheckFailure::from(format!("{few} of {BETWEEN}"))),
            }
        })
        .await
    }

    /// How many lines are found.
    async fn lines(&self, window: Window) -> Result<usize, CheckFailure> {
        let found = logs(self.context)?.count(&self.filter(window)).await?;
        Ok(usize::try_from(found)?)
    }

    /// The pod's spans, each as often as it is there.
    async fn spans(&self, window: Window) -> Result<Vec<Span>, CheckFailure> {
        let traces = traces(self.context)?;
        let mut spans = traces.find(SERVICE, window, SOME).await?;
        spans.retain(|span| span.pod == self.pod);
        Ok(spans)
    }

    /// Whether Prometheus has collected something since.
    async fn collected_since(&self, moment: Timestamp) -> Result<bool, CheckFailure> {
        let last = metrics(self.context)?;
        let last = last.value("max(timestamp(up))").await?;
        Ok(last.is_some_and(|last| last > moment.as_millisecond() as f64 / 1e3))
    }

    fn filter(&self, window: Window) -> String {
        format!("{} {window} {}", of_service(SERVICE), quoted(&self.run))
    }

    pub(super) async fn tally_of_lines(
        &self,
        plan: &WriterPlan,
        window: Window,
    ) -> Result<Tally, CheckFailure> {
        let query = format!("{} | fields _msg", self.filter(window));
        let lines = logs(self.context)?.search(&query).await?;
        let numbers = lines
            .iter()
            .filter_map(|line| number(line.message(), &self.run));
        Ok(Tally::of(numbers, plan.numbers()))
    }

    pub(super) async fn tally_of_spans(
        &self,
        plan: &WriterPlan,
        window: Window,
    ) -> Result<Tally, CheckFailure> {
        let mut numbers = vec![];
        let number = |span: Span| {
            let ours = span.pod == self.pod;
            ours.then(|| span.attributes.get(NUMBER)?.parse::<u64>().ok())?
        };
        let traces = traces(self.context)?;
        traces
            .each(SERVICE, window, PIECE, |span| numbers.extend(number(span)))
            .await?;
        Ok(Tally::of(numbers, plan.numbers()))
    }
}
