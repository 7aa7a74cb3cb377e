//! The event bus as services use it. An event goes out once and carries its trace in its headers; it comes in at least
//! once, and what its handler refuses becomes a dead letter.
//!
//! [`Bus`] is all of it for a service: it publishes, makes the topics that it reads, and says whether the bus is there.
//! [`Publisher`] and [`Reader`] are the two ways alone. `headers` is how a trace goes through a record, and [`Figures`]
//! with `lag` what is counted.

mod bus;
mod deal;
mod figures;
mod headers;
mod lag;
mod publisher;
mod reader;
#[cfg(test)]
mod tests;

use rdkafka::ClientConfig;

pub use bus::{Bus, DEAD_LETTERS};
pub use deal::{ATTEMPTS, Handler, NotDone};
pub use figures::Figures;
pub use publisher::{NotPublished, Position, Publisher};
pub use rdkafka::{Message, error::KafkaError};
pub use reader::Reader;

/// What every client of ours says. `name` is the service's.
fn client(brokers: &str, name: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", brokers)
        .set("client.id", name)
        // Between tries to reach a broker. The client's default, 10 s at most, outlasts a broker's restart and makes
        // services refuse what they could publish again.
        .set("reconnect.backoff.ms", "20")
        .set("reconnect.backoff.max.ms", "500")
        // An attempt that began when the broker's pod had just gone is answered by nobody, and the client would wait for
        // it for 30 s.
        .set("socket.connection.setup.timeout.ms", "2000");
    config
}
