// [database]
//! The tables, as numbered files of SQL. Add one for each change; one that was applied is never changed.

use groundwork_database::Migration;

/// Each is applied once, by its name.
pub const ALL: &[Migration] = &[Migration {
    name: "0001-items.sql",
    sql: include_str!("migrations/0001-items.sql"),
}];
// [/database]
