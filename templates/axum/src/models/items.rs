//! Where items are kept.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use uuid::Uuid;

use super::item::Item;
use crate::Error;

/// A place for items. Each of its operations may be [`Error::Unavailable`].
#[async_trait]
pub trait Items: Send + Sync {
    /// Keeps an item; one that is there already stays as it is.
    async fn add(&self, item: Item) -> Result<(), Error>;
    /// The item of that id.
    async fn get(&self, id: Uuid) -> Result<Option<Item>, Error>;
    /// The newest, as many as `most`.
    async fn latest(&self, most: usize) -> Result<Vec<Item>, Error>;
    /// Whether there was one to be removed.
    async fn remove(&self, id: Uuid) -> Result<bool, Error>;
}

/// Keeps them until the process ends.
#[derive(Default)]
pub struct MemoryItems(Mutex<HashMap<Uuid, Item>>);

impl MemoryItems {
    fn all(&self) -> MutexGuard<'_, HashMap<Uuid, Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Items for MemoryItems {
    async fn add(&self, item: Item) -> Result<(), Error> {
        self.all().entry(item.id).or_insert(item);
        Ok(())
    }

    async fn get(&self, id: Uuid) -> Result<Option<Item>, Error> {
        Ok(self.all().get(&id).cloned())
    }

    async fn latest(&self, most: usize) -> Result<Vec<Item>, Error> {
        let mut items: Vec<_> = self.all().values().cloned().collect();
        items.sort_by_key(|item| Reverse(item.created_at));
        items.truncate(most);
        Ok(items)
    }

    async fn remove(&self, id: Uuid) -> Result<bool, Error> {
        Ok(self.all().remove(&id).is_some())
    }
}
