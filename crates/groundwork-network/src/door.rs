//! The socket that says that all is well: it takes connections, or it is not there.

use std::{fs, path::PathBuf};

use tokio::{net::UnixListener, task::JoinHandle};

use crate::error::Error;

/// A Unix socket that takes connections while it is open, and does nothing with them.
pub struct Door {
    path: PathBuf,
    taking: Option<JoinHandle<()>>,
}

impl Door {
    /// One that is closed.
    pub fn new(path: PathBuf) -> Self {
        Self { path, taking: None }
    }

    /// Opens it, unless it is open.
    ///
    /// # Errors
    /// [`Error::System`] when the socket cannot be made.
    pub fn open(&mut self) -> Result<(), Error> {
        if self.taking.is_some() {
            return Ok(());
        }
        // One that was killed has left its socket.
        let _ = fs::remove_file(&self.path);
        let listener = UnixListener::bind(&self.path).map_err(|source| Error::System {
            what: format!("listen at {}", self.path.display()),
            source,
        })?;
        self.taking = Some(tokio::spawn(async move {
            loop {
                // That it connects is all that a client wants to see.
                let _ = listener.accept().await;
            }
        }));
        Ok(())
    }

    /// Closes it.
    pub fn close(&mut self) {
        if let Some(taking) = self.taking.take() {
            taking.abort();
            let _ = fs::remove_file(&self.path);
        }
    }
}
