//! An item: the sample that shows each part at work. Put what your service is about in its place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest name, in characters.
const LONGEST: usize = 100;

/// What a client says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Said")]
pub struct NewItem {
    /// 1 to 100 characters.
    pub name: String,
    /// 1 or more.
    pub quantity: i32,
}

/// The same before it was looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    name: String,
    quantity: i32,
}

impl TryFrom<Said> for NewItem {
    type Error = String;

    fn try_from(Said { name, quantity }: Said) -> Result<Self, String> {
        if !(1..=LONGEST).contains(&name.chars().count()) {
            return Err(format!("name has 1 to {LONGEST} characters"));
        }
        if quantity < 1 {
            return Err("quantity is 1 or more".into());
        }
        Ok(Self { name, quantity })
    }
}

/// An item as it is kept, and as its event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Made here.
    pub id: Uuid,
    /// As the client said.
    pub name: String,
    /// As the client said.
    pub quantity: i32,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Item {
    /// An item of what a client says, made now.
    #[must_use]
    pub fn new(NewItem { name, quantity }: NewItem) -> Self {
        // PostgreSQL keeps microseconds, and what is shown is what is kept.
        let now = Timestamp::now().as_microsecond();
        Self {
            id: Uuid::new_v4(),
            name,
            quantity,
            created_at: Timestamp::from_microsecond(now).unwrap_or_default(),
        }
    }
}
