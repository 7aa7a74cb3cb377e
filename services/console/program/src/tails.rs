//! The places for live tails, of logs and of topics together.

use std::sync::Arc;

use prometheus_client::{metrics::gauge::Gauge, registry::Registry};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::api_error::ApiError;

/// Live tails at once.
const TAILS: usize = 32;

/// The places for live tails.
#[derive(Clone)]
pub(crate) struct Tails {
    places: Arc<Semaphore>,
    open: Gauge,
}

/// A live tail's place, free again when it is dropped.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    open: Gauge,
}

impl Tails {
    /// Their places, with a gauge in `registry` of how many are taken.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let open = Gauge::default();
        registry.register("console_tails", "Live tails that are open", open.clone());
        let places = Arc::new(Semaphore::new(TAILS));
        Self { places, open }
    }

    /// A place for one more.
    pub(crate) fn open(&self) -> Result<Place, ApiError> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let busy = |_| {
            ApiError::busy(
                format!("{TAILS} live tails are open already"),
                "close one: each page that shows a tail has its own",
            )
        };
        let permit = permit.map_err(busy)?;
        self.open.inc();
        Ok(Place {
            _permit: permit,
            open: self.open.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.dec();
    }
}
