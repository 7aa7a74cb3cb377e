//! Spans reach the collector.

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use http::StatusCode;
use opentelemetry_http::{Bytes, HttpClient as _, Request};
use tokio::runtime::Runtime;
use tracing::dispatcher::with_default;

use super::{
    SOON,
    collector::{Collector, attribute, telemetry},
    logged,
};
use crate::telemetry::{outbox::ROOM, post::Post};

const DOWN: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// Bound and let go, so that nothing listens there.
fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn span() {
    tracing::info_span!("work").in_scope(|| ());
}

#[test]
fn spans_arrive_with_their_service_their_kin_and_what_they_say() {
    let (collector, address) = Collector::start([]);
    let (outbox, dispatch) = telemetry(address);
    with_default(&dispatch, || {
        let span = tracing::info_span!("sell", symbol = "ACME", otel.kind = "producer");
        let _outer = span.entered();
        tracing::info_span!("price").in_scope(|| tracing::error!("no price"));
        tracing::debug_span!("detail").in_scope(|| tracing::info!("only in the log"));
    });
    outbox.close(SOON).unwrap();
    let spans = collector.spans();
    assert_eq!(spans.len(), 2, "{spans:?}");
    let (price, sell) = (&spans[0], &spans[1]);
    assert_eq!((&*price.name, &*sell.name), ("price", "sell"));
    assert_eq!(price.parent_span_id, sell.span_id);
    assert_eq!(price.trace_id, sell.trace_id);
    assert!(sell.parent_span_id.is_empty());
    let symbol = attribute(&sell.attributes, "symbol");
    assert_eq!(symbol.as_deref(), Some("ACME"));
    // Producer, as the protocol numbers it.
    assert_eq!(sell.kind, 4);
    assert_eq!((price.events.len(), sell.events.len()), (1, 0));
    assert_eq!(collector.resource("service.name").unwrap(), "desk");
    assert_eq!(collector.resource("service.version").unwrap(), "1.2.3");
}

#[test]
fn a_collector_that_is_away_for_a_while_gets_every_span_once() {
    let (collector, address) = Collector::start([DOWN, DOWN, DOWN]);
    let (outbox, dispatch) = telemetry(address);
    with_default(&dispatch, || (0..2000).for_each(|_| span()));
    outbox.close(SOON).unwrap();
    let mut ids: Vec<_> = collector.spans().into_iter().map(|it| it.span_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2000);
    assert_eq!(collector.spans().len(), 2000);
}

#[test]
fn the_log_says_once_that_the_collector_is_away_and_once_that_it_is_back() {
    let (_collector, address) = Collector::start([DOWN, DOWN, DOWN]);
    let lines = logged(|| {
        let request = Request::post(format!("http://{address}/v1/traces"));
        let request = request.header("content-type", "application/x-protobuf");
        let sent = Post::new().unwrap();
        let sent = sent.send_bytes(request.body(Bytes::new()).unwrap());
        assert_eq!(
            Runtime::new().unwrap().block_on(sent).unwrap().status(),
            200
        );
    });
    let levels: Vec<_> = lines.iter().map(|line| &line["level"]).collect();
    assert_eq!(levels, ["warn", "info"], "{lines:?}");
    let error = lines[0]["error"].as_str().unwrap();
    assert!(error.starts_with("503"), "{error}");
}

#[test]
fn spans_that_the_collector_refuses_do_not_hold_up_the_others() {
    let (collector, address) = Collector::start([StatusCode::BAD_REQUEST]);
    let (outbox, dispatch) = telemetry(address);
    with_default(&dispatch, || (0..600).for_each(|_| span()));
    let error = outbox.close(SOON).unwrap_err().to_string();
    let there = collector.spans().len();
    assert!((1..600).contains(&there), "{there}");
    assert_eq!(
        error,
        format!("{} spans did not reach the collector", 600 - there)
    );
}

#[test]
fn without_a_collector_nothing_waits_beyond_its_bound() {
    let (outbox, dispatch) = telemetry(nobody());
    let runtime = Runtime::new().unwrap();
    let (mut count, patience) = (0, Duration::from_secs(1));
    let full = with_default(&dispatch, || {
        loop {
            match runtime.block_on(outbox.room(patience)) {
                Ok(()) => span(),
                Err(error) => break error,
            }
            count += 1;
        }
    });
    assert_eq!(full.to_string(), "the collector has taken no span for 1s");
    // What waits, and one batch on its way.
    assert!((ROOM..=ROOM + 512).contains(&count), "{count}");
    // Ending a span never waits for room.
    let began = Instant::now();
    with_default(&dispatch, || (0..1000).for_each(|_| span()));
    let error = outbox.close(Duration::from_millis(100)).unwrap_err();
    let all = count + 1000;
    assert_eq!(
        error.to_string(),
        format!("{all} spans did not reach the collector")
    );
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[test]
fn whoever_waits_for_room_loses_no_span() {
    let (collector, address) = Collector::start([DOWN, DOWN, DOWN]);
    let (outbox, dispatch) = telemetry(address);
    let count = ROOM * 2;
    let work = async {
        for _ in 0..count {
            outbox.room(SOON).await.unwrap();
            span();
        }
    };
    with_default(&dispatch, || Runtime::new().unwrap().block_on(work));
    outbox.close(SOON).unwrap();
    assert_eq!(collector.spans().len(), count);
}
