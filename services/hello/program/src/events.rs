//! The service on the event bus: it publishes an event for each order that it takes, and another
//! deployment of the same program reads them. An event carries the trace that it belongs to in its
//! headers, so that reading it continues the trace.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use groundwork_bus::{Figures, Message, Position, Publisher, Reader};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many of the last events are shown.
const SHOWN: usize = 100;

/// An order as a client sends it and as it goes on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    id: String,
    /// What is traded; orders of one symbol keep their order, as it is the record's key.
    symbol: String,
    side: Side,
    quantity: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Buy,
    Sell,
}

/// Where orders go.
struct Orders {
    publisher: Publisher,
    topic: String,
}

/// What takes orders and publishes them on `topic`.
pub(crate) fn publishing(publisher: Publisher, topic: String) -> Router {
    Router::new()
        .route("/events", post(take))
        .with_state(Arc::new(Orders { publisher, topic }))
}

async fn take(State(orders): State<Arc<Orders>>, Json(order): Json<Order>) -> Response {
    let Orders { publisher, topic } = &*orders;
    let value = serde_json::to_vec(&order).expect("an order has no map with odd keys");
    match publisher.publish(topic, &order.symbol, &value).await {
        Ok(Position { partition, offset }) => {
            let place = json!({"topic": topic, "partition": partition, "offset": offset});
            (StatusCode::ACCEPTED, Json(place)).into_response()
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

/// The last events that were read.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<VecDeque<Value>>>);

impl Seen {
    fn add(&self, event: Value) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == SHOWN {
            events.pop_front();
        }
        events.push_back(event);
    }

    fn all(&self) -> Vec<Value> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().cloned().collect()
    }
}

/// What shows the events read.
pub(crate) fn showing(seen: Seen) -> Router {
    Router::new().route("/events", get(async move || Json(seen.all())))
}

/// Deals with what `reader` reads for as long as the program runs.
pub(crate) async fn read(reader: Reader, seen: Seen, figures: Figures) {
    loop {
        let message = reader.next().await;
        reader.span(&message).in_scope(|| {
            let event = described(&message);
            tracing::info!(%event, "event");
            seen.add(event);
            figures.read(message.topic());
        });
        reader.done(&message);
    }
}

fn described(message: &impl Message) -> Value {
    let payload = message.payload().unwrap_or_default();
    json!({
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "key": text(message.key()),
        // Not ours to refuse: whatever it is, it is shown.
        "value": serde_json::from_slice(payload).unwrap_or_else(|_| json!(text(message.payload()))),
    })
}

fn text(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|it| String::from_utf8_lossy(it).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_says_what_it_is_and_nothing_else() {
        let read = serde_json::from_str::<Order>;
        let order = r#"{"id":"1","symbol":"ACME","side":"buy","quantity":3}"#;
        assert_eq!(serde_json::to_string(&read(order).unwrap()).unwrap(), order);
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"hold","quantity":3}"#).is_err());
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"buy","quantity":-3}"#).is_err());
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"buy","quantity":3,"x":1}"#).is_err());
    }

    #[test]
    fn only_the_last_events_are_shown() {
        let seen = Seen::default();
        for number in 0..=SHOWN {
            seen.add(json!(number));
        }
        let all = seen.all();
        assert_eq!(all.len(), SHOWN);
        assert_eq!(all[0], json!(1));
    }
}
