// [database]
//! Items in the database.

use async_trait::async_trait;
use groundwork_database::{Database, Row};
use uuid::Uuid;

use super::{item::Item, items::Items};
use crate::Error;

/// Keeps them in the table `items`.
pub struct StoredItems(Database);

impl StoredItems {
    /// In `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self(database)
    }
}

fn item(row: &Row) -> Item {
    Item {
        id: row.get("id"),
        name: row.get("name"),
        quantity: row.get("quantity"),
        created_at: row.get("created_at"),
    }
}

#[async_trait]
impl Items for StoredItems {
    async fn add(&self, item: Item) -> Result<(), Error> {
        let session = self.0.session("add item").await?;
        let statement = "insert into items (id, name, quantity, created_at) values ($1, $2, $3, $4) \
                         on conflict (id) do nothing";
        let Item {
            id,
            name,
            quantity,
            created_at,
        } = &item;
        session
            .execute(statement, &[id, name, quantity, created_at])
            .await?;
        Ok(())
    }

    async fn get(&self, id: Uuid) -> Result<Option<Item>, Error> {
        let session = self.0.session("get item").await?;
        let statement = "select * from items where id = $1";
        let row = session.query_opt(statement, &[&id]).await?;
        Ok(row.as_ref().map(item))
    }

    async fn latest(&self, most: usize) -> Result<Vec<Item>, Error> {
        let session = self.0.session("latest items").await?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let statement = "select * from items order by created_at desc limit $1";
        let rows = session.query(statement, &[&most]).await?;
        Ok(rows.iter().map(item).collect())
    }

    async fn remove(&self, id: Uuid) -> Result<bool, Error> {
        let session = self.0.session("remove item").await?;
        let statement = "delete from items where id = $1";
        let removed = session.execute(statement, &[&id]).await?;
        Ok(removed == 1)
    }
}
// [/database]
