//! How tables come to be: each migration is applied once, by one pod.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Error};

/// The advisory lock under which one pod at a time migrates; the Python template's pods take the same.
const LOCK: i64 = 0x6772_6f75_6e64;

/// SQL statements under a name that begins with a number, as in `0001-items.sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// What it is known by once it was applied.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// Applies those of `migrations` that have not been, by their names; all of them or none.
pub(crate) async fn migrate(client: &mut Client, migrations: &[Migration]) -> Result<(), Error> {
    let transaction = client.transaction().await?;
    transaction
        .execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction
        .batch_execute(
            "create table if not exists migrations \
             (name text primary key, applied_at timestamptz not null default now())",
        )
        .await?;
    let applied = transaction
        .query("select name from migrations", &[])
        .await?;
    let applied: BTreeSet<String> = applied.iter().map(|row| row.get(0)).collect();
    for Migration { name, sql } in outstanding(migrations, &applied) {
        tracing::info!(migration = name, "migrating");
        transaction.batch_execute(sql).await?;
        transaction
            .execute("insert into migrations (name) values ($1)", &[&name])
            .await?;
    }
    transaction.commit().await
}

/// Those that are not among the `applied`, by their names.
fn outstanding(migrations: &[Migration], applied: &BTreeSet<String>) -> Vec<Migration> {
    let new = migrations.iter().filter(|it| !applied.contains(it.name));
    let mut new: Vec<_> = new.copied().collect();
    new.sort_by_key(|it| it.name);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_is_applied_once_in_the_order_of_their_names() {
        let of = |name| Migration { name, sql: "" };
        let all = [of("0003-c.sql"), of("0002-b.sql"), of("0001-a.sql")];
        let applied = BTreeSet::from(["0001-a.sql".to_owned()]);
        let names: Vec<_> = outstanding(&all, &applied)
            .iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names, ["0002-b.sql", "0003-c.sql"]);
        assert_eq!(outstanding(&all, &BTreeSet::new()).len(), 3);
    }
}
