//! The broker of the tests that need one: `GROUNDWORK_TEST_KAFKA=host:port`. Without it they are
//! skipped, so that `cargo test` needs no network.

use std::{
    env,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{Bus, client::options};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A connection, and the topics that the test made with it.
pub(crate) struct TestBus {
    pub(crate) bus: Bus,
    names: Mutex<Vec<String>>,
}

impl TestBus {
    /// `None` when no broker is named; then the test is to return.
    pub(crate) async fn connect() -> Option<Self> {
        let bootstrap = env::var("GROUNDWORK_TEST_KAFKA").ok()?;
        let bus = Bus::connect(&bootstrap, Duration::from_secs(20)).await;
        Some(Self {
            bus: bus.unwrap(),
            names: Mutex::default(),
        })
    }

    /// A name that no other test and no earlier run has.
    pub(crate) fn name(&self) -> String {
        let run = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis();
        let name = format!("test-{run}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.names.lock().unwrap().push(name.clone());
        name
    }

    /// A new topic.
    pub(crate) async fn topic(&self, partitions: i32, settings: &[(&str, &str)]) -> String {
        let name = self.name();
        let created = self.bus.create_topic(&name, partitions, settings).await;
        created.unwrap();
        name
    }

    /// Deletes what the test made. After a failure it stays, to be looked at.
    pub(crate) async fn end(self) {
        let names = self.names.into_inner().unwrap();
        let groups: Vec<&str> = names.iter().map(|name| &**name).collect();
        // Most names belong to topics, and a member may still be leaving: only a broken request counts.
        let deleted = self.bus.admin().delete_groups(&groups, &options()).await;
        deleted.unwrap();
        for name in names {
            if self.bus.partitions(&name).await.unwrap().is_some() {
                self.bus.delete_topic(&name).await.unwrap();
            }
        }
    }
}
