// [kafka]
//! What the service says and hears on the event bus.

use std::sync::Arc;

use async_trait::async_trait;
use groundwork_bus::{Bus, Handler, NotDone};

use crate::{
    Error,
    models::{item::Item, items::Items},
};

/// Who is told of items.
#[async_trait]
pub trait Events: Send + Sync {
    /// An item was made.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: it is not known whether the event is kept.
    async fn made(&self, item: &Item) -> Result<(), Error>;
}

/// Publishes events of items on a topic.
pub struct Announced {
    bus: Bus,
    topic: String,
}

impl Announced {
    /// On `topic` of the `bus`.
    #[must_use]
    pub fn new(bus: Bus, topic: String) -> Self {
        Self { bus, topic }
    }
}

#[async_trait]
impl Events for Announced {
    async fn made(&self, item: &Item) -> Result<(), Error> {
        let event = serde_json::to_vec(item).map_err(|error| Error::Internal(error.to_string()))?;
        let key = item.id.to_string();
        let published = self.bus.publish(&self.topic, &key, &event).await;
        published.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(())
    }
}

/// Keeps the item of each event in `items`; one that is there already stays as it is.
#[must_use]
pub fn keep(items: Arc<dyn Items>) -> Handler {
    Arc::new(move |event| {
        let items = items.clone();
        Box::pin(async move {
            let item = serde_json::from_slice::<Item>(&event);
            let item = item.map_err(|error| NotDone::Failed(error.to_string()))?;
            Ok(items.add(item).await?)
        })
    })
}
// [/kafka]
