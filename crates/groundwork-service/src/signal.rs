//! How a service is told to stop.

use std::{future::Future, io};

use tokio::signal::unix::{SignalKind, signal};

/// Ends when the service is told to stop: by SIGTERM, as Kubernetes does, or by SIGINT, as Ctrl-C does.
///
/// Signals count from this call on, so call it before serving: one that comes first must not be lost.
///
/// # Errors
/// When the system takes no handler.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
