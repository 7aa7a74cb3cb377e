//! What the service is about: its data, and where it is kept.

pub mod item;
pub mod items;
// [database]
pub mod stored_items;
// [/database]
