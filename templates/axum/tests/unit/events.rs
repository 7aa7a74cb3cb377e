// [kafka]
//! What the service says and hears on the event bus, without one.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use groundwork_bus::NotDone;
use service::{
    Error,
    events::{Events, keep},
    models::{
        item::{Item, NewItem},
        items::{Items, MemoryItems},
    },
};

/// Keeps what would be published.
#[derive(Default)]
pub struct Published(Mutex<Vec<Item>>);

impl Published {
    pub fn all(&self) -> Vec<Item> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Events for Published {
    async fn made(&self, item: &Item) -> Result<(), Error> {
        self.0.lock().unwrap().push(item.clone());
        Ok(())
    }
}

#[tokio::test]
async fn the_item_of_an_event_is_kept_and_a_second_time_changes_nothing() {
    let items = Arc::new(MemoryItems::default());
    let handler = keep(items.clone());
    let new = NewItem {
        name: "nut".into(),
        quantity: 2,
    };
    let item = Item::new(new);
    let again = Item {
        quantity: 9,
        ..item.clone()
    };
    for event in [&item, &again] {
        handler(serde_json::to_vec(event).unwrap()).await.unwrap();
    }
    assert_eq!(items.get(item.id).await.unwrap(), Some(item));
}

#[tokio::test]
async fn an_event_that_is_no_item_is_refused() {
    let handler = keep(Arc::new(MemoryItems::default()));
    let refused = handler(b"no item".to_vec()).await.unwrap_err();
    assert!(matches!(refused, NotDone::Failed(_)), "{refused}");
}
// [/kafka]
