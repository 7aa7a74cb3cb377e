//! `watch`: answers the kubelet's question whether the broker works, with a record that went
//! through it. Port and metadata answer before a broker can do that.
//!
//! It stays beside the broker, so that a look costs a record on open connections and not a process
//! with new ones.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    thread,
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use clap::Args;
use groundwork_events::Echo;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{archive::Archive, log::log};

/// How long a look at a broker that was ready may take. Below the probe's own limit.
const LOOK: Duration = Duration::from_secs(4);
/// How long one that starts is waited for within one look, so that the answer is there the moment
/// that the broker is.
const START: Duration = Duration::from_secs(25);

/// Where the broker is, and where the answers go.
#[derive(Args)]
pub(crate) struct Watch {
    /// The broker's listener for this pod
    #[arg(long, value_name = "HOST:PORT")]
    broker: String,
    /// Where it answers
    #[arg(long, value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The broker's volume
    #[arg(long, value_name = "DIR")]
    volume: PathBuf,
}

/// A question: how long the answer may take, and where it goes.
type Question = (Duration, oneshot::Sender<Answer>);
type Answer = (StatusCode, String);

impl Watch {
    /// Answers until it is told to stop.
    pub(crate) fn run(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let served = runtime.block_on(async {
            let mut stop = signal(SignalKind::terminate())?;
            let listener = TcpListener::bind(self.listen).await?;
            let (questions, asked) = mpsc::channel(1);
            let volume = Arc::from(self.volume);
            let routes = Router::new()
                .route("/started", get(started))
                .route("/ready", get(ready))
                .with_state((questions, volume));
            tokio::select! {
                served = axum::serve(listener, routes) => served,
                () = look(&self.broker, asked) => Ok(()),
                _ = stop.recv() => Ok(()),
            }
        });
        // A look that is under way may block for as long as a broker that is gone does not answer.
        runtime.shutdown_background();
        served
    }
}

type Shared = (mpsc::Sender<Question>, Arc<Path>);

/// The answer of a broker that starts; once it works, its classes are known.
async fn started(State((questions, volume)): State<Shared>) -> Answer {
    let answer = ask(&questions, START).await;
    if answer.0.is_success() {
        thread::spawn(move || archive(&volume));
    }
    answer
}

async fn ready(State((questions, _)): State<Shared>) -> Answer {
    ask(&questions, LOOK).await
}

async fn ask(questions: &mpsc::Sender<Question>, patience: Duration) -> Answer {
    let (sender, answer) = oneshot::channel();
    if questions.send((patience, sender)).await.is_err() {
        return unavailable("nobody watches");
    }
    match answer.await {
        Ok(answer) => answer,
        Err(_) => unavailable("nobody watches"),
    }
}

/// Answers the questions, one after the other, on connections that stay.
async fn look(broker: &str, mut questions: mpsc::Receiver<Question>) {
    let mut echo = None;
    while let Some((patience, sender)) = questions.recv().await {
        // The kubelet may have stopped waiting.
        if sender.is_closed() {
            continue;
        }
        let answer = match timeout(patience, round_trip(broker, &mut echo, patience)).await {
            Ok(Ok(())) => (StatusCode::OK, "a record went through\n".into()),
            Ok(Err(error)) => unavailable(error),
            Err(_) => unavailable(format!(
                "no record went through within {} s",
                patience.as_secs()
            )),
        };
        let _ = sender.send(answer);
    }
}

async fn round_trip(
    broker: &str,
    echo: &mut Option<Echo>,
    patience: Duration,
) -> Result<(), groundwork_events::Error> {
    let open = match echo.take() {
        Some(open) => open,
        None => Echo::open(broker, patience).await?,
    };
    // A client that failed, or was not done in time, is replaced.
    open.round_trip().await?;
    *echo = Some(open);
    Ok(())
}

fn unavailable(reason: impl std::fmt::Display) -> Answer {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n"))
}

fn archive(volume: &Path) {
    /// A broker that is restarted meanwhile asks for the same once more.
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let made = Archive::of_image(volume)
        .map_err(Into::into)
        .and_then(|archive| archive.make());
    match made {
        Ok(true) => log(
            "INFO",
            "the archive of classes is made; the next start uses it",
        ),
        Ok(false) => {}
        Err(error) => log(
            "WARN",
            &format!("the archive of classes cannot be made: {error}"),
        ),
    }
}
