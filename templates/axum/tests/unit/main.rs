//! The service with all that it needs in memory; nothing outside is reached for.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod desk;
// [kafka]
mod events;
// [/kafka]
mod items;
// [database]
mod migrations;
// [/database]
mod platform;
