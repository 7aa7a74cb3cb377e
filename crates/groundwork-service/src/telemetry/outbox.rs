//! What keeps the spans until the collector has them: a queue with a bound, and one thread of its
//! own that empties it, so that no request ever waits for the collector.
//!
//! The SDK's batch processor lets go of a batch that fails, and of spans beyond its room. Here a
//! batch is sent until it is taken, and a writer that must keep every span can wait for room.

use std::{
    fmt, io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc as blocking,
    },
    thread,
    time::{Duration, Instant},
};

use opentelemetry::Context;
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{Span, SpanData, SpanExporter, SpanProcessor},
};
use tokio::{
    runtime, select,
    sync::{Notify, mpsc},
    time::{sleep, timeout},
};

/// How many spans may wait: three seconds of 5,000 a second, some 20 MB.
pub(crate) const ROOM: usize = 16_384;
/// How many go in one request.
const BATCH: usize = 512;
/// How long a few spans wait for others.
const DELAY: Duration = Duration::from_millis(200);
/// How often the log tells of spans that found no room.
const TELL: Duration = Duration::from_secs(60);

/// There was no room for another span.
#[derive(Debug, thiserror::Error)]
#[error("the collector has taken no span for {0:?}")]
pub struct NoRoom(Duration);

/// Spans that the collector does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} spans did not reach the collector")]
pub struct Undelivered(usize);

#[derive(Debug, Default)]
struct Counts {
    /// In the queue, or on their way.
    waiting: AtomicUsize,
    /// Found no room, or were refused.
    lost: AtomicUsize,
}

/// Puts each span that ends into the queue.
#[derive(Debug)]
pub(crate) struct Processor {
    queue: mpsc::Sender<SpanData>,
    counts: Arc<Counts>,
}

impl SpanProcessor for Processor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        // NB: without a line in the log, as the code that ends a span may hold the log's own locks.
        self.counts.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(span).is_err() {
            self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        let how = "spans are flushed by the guard's shutdown".to_owned();
        Err(OTelSdkError::InternalFailure(how))
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// The queue's other side.
pub(crate) struct Outbox {
    queue: mpsc::Sender<SpanData>,
    counts: Arc<Counts>,
    end: Arc<Notify>,
    /// Closed once the thread has ended.
    ended: Mutex<blocking::Receiver<()>>,
}

impl Outbox {
    /// Starts the thread that hands spans of `resource` to `exporter`.
    pub(crate) fn start(
        mut exporter: impl SpanExporter + 'static,
        resource: &Resource,
    ) -> io::Result<(Processor, Self)> {
        exporter.set_resource(resource);
        let (queue, spans) = mpsc::channel(ROOM);
        let (counts, end) = (Arc::<Counts>::default(), Arc::<Notify>::default());
        let (alive, ended) = blocking::channel();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let keeper = Keeper {
            spans,
            counts: Arc::clone(&counts),
            end: Arc::clone(&end),
            exporter,
        };
        thread::Builder::new()
            .name("telemetry".into())
            .spawn(move || {
                runtime.block_on(keeper.run());
                drop(alive);
            })?;
        let processor = Processor {
            queue: queue.clone(),
            counts: Arc::clone(&counts),
        };
        let outbox = Self {
            queue,
            counts,
            end,
            ended: Mutex::new(ended),
        };
        Ok((processor, outbox))
    }

    /// Waits until there is room for another span.
    pub(crate) async fn room(&self, patience: Duration) -> Result<(), NoRoom> {
        match timeout(patience, self.queue.reserve()).await {
            Ok(_) => Ok(()),
            Err(_) => Err(NoRoom(patience)),
        }
    }

    /// Takes no more spans, and waits until those that it has are delivered.
    pub(crate) fn close(&self, bound: Duration) -> Result<(), Undelivered> {
        self.end.notify_one();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing is ever sent; either the thread ends or the time does.
        let _ = ended.recv_timeout(bound);
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        match of(&self.counts.waiting) + of(&self.counts.lost) {
            0 => Ok(()),
            spans => Err(Undelivered(spans)),
        }
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Outbox").field(&self.counts).finish()
    }
}

struct Keeper<E> {
    spans: mpsc::Receiver<SpanData>,
    counts: Arc<Counts>,
    end: Arc<Notify>,
    exporter: E,
}

impl<E: SpanExporter> Keeper<E> {
    async fn run(mut self) {
        let mut lost = Lost::default();
        loop {
            let batch = self.batch().await;
            let size = batch.len();
            if size == 0 {
                return;
            }
            if let Err(error) = self.exporter.export(batch).await {
                tracing::warn!(%error, spans = size, "the collector refused spans");
                self.counts.lost.fetch_add(size, Ordering::Relaxed);
            }
            self.counts.waiting.fetch_sub(size, Ordering::Relaxed);
            lost.tell(self.counts.lost.load(Ordering::Relaxed), Instant::now());
        }
    }

    /// The next spans to send; none once it is closed and empty.
    #[expect(clippy::disallowed_methods, reason = "more spans come meanwhile")]
    async fn batch(&mut self) -> Vec<SpanData> {
        let mut batch = Vec::with_capacity(BATCH);
        let some = async {
            self.spans.recv_many(&mut batch, BATCH).await;
            if batch.len() < BATCH && !self.spans.is_closed() {
                sleep(DELAY).await;
            }
        };
        select! {
            () = some => {}
            () = self.end.notified() => self.spans.close(),
        }
        let more = self.spans.len().min(BATCH - batch.len());
        self.spans.recv_many(&mut batch, more).await;
        batch
    }
}

/// What the log was told of lost spans.
#[derive(Default)]
pub(super) struct Lost {
    told: usize,
    at: Option<Instant>,
}

impl Lost {
    pub(super) fn tell(&mut self, lost: usize, now: Instant) {
        let due = self.at.is_none_or(|at| now.duration_since(at) >= TELL);
        if lost > self.told && due {
            tracing::warn!(spans = lost - self.told, "spans were lost");
            (self.told, self.at) = (lost, Some(now));
        }
    }
}
