//! What reaches the servers behind the console, and what comes back.

use std::time::Duration;

use crate::bed::Bed;
use serde_json::Value;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_query_goes_on_with_its_address_body_and_type_and_nothing_else() {
    let bed = Bed::start().await;
    let asked = bed.request("POST", "/proxy/prometheus/api/v1/query_range?step=15");
    let asked = asked
        .header("accept", "application/json")
        .header("cookie", "a=b")
        .header("authorization", "Basic eDp5")
        .header("x-forwarded-for", "1.2.3.4")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("query=up%7B%7D");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 202, "the status is the server's own");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(answer.headers().get("server").is_none());
    let seen: Value = answer.json().await.unwrap();
    assert_eq!(seen["method"], "POST");
    assert_eq!(seen["uri"], "/api/v1/query_range?step=15");
    assert_eq!(seen["body"], "query=up%7B%7D");
    for name in seen["headers"].as_array().unwrap() {
        let known = ["accept", "content-type", "content-length", "host"];
        assert!(known.contains(&name.as_str().unwrap()), "{name}");
    }
}

#[tokio::test]
async fn what_is_not_on_the_list_is_refused_and_asked_of_nobody() {
    let bed = Bed::start().await;
    for (method, path, status) in [
        (
            "POST",
            "/proxy/prometheus/api/v1/admin/tsdb/delete_series",
            403,
        ),
        ("GET", "/proxy/prometheus/-/quit", 403),
        ("GET", "/proxy/prometheus/api/v1/label/a%2fb/values", 403),
        ("GET", "/proxy/prometheus/api%2fv1%2fquery", 403),
        ("POST", "/proxy/victorialogs/insert/jsonline", 403),
        ("GET", "/proxy/loki/api/v1/query", 403),
        ("GET", "/proxy/prometheus", 403),
        ("GET", "/proxy", 403),
        ("POST", "/proxy/alertmanager/api/v2/silences", 405),
        ("DELETE", "/proxy/prometheus/api/v1/query", 405),
    ] {
        let answer = bed.request(method, path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"].is_string(), "{path}");
    }
    assert_eq!(bed.asked(), 0);
}

#[tokio::test]
async fn no_dot_segment_gets_around_the_list() {
    let bed = Bed::start().await;
    for path in [
        "/proxy/prometheus/api/v1/label/../values",
        "/proxy/prometheus/api/v1/label/%2e%2e/values",
        "/proxy/prometheus/api/v1/label/.%2E/values",
        "/proxy/prometheus/api/v1/query/%2e%2e/%2e%2e/%2e%2e/-/quit",
        "/proxy/prometheus/api/v1/label/%252e%252e/values",
    ] {
        let answer = bed.raw("GET", path).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{path}: {answer}");
    }
    assert_eq!(bed.asked(), 0);
}

#[tokio::test]
async fn a_tail_comes_as_it_is_written() {
    let bed = Bed::start().await;
    let asked = bed.request("POST", "/proxy/victorialogs/select/logsql/tail");
    let asked = asked.header("content-type", "application/x-www-form-urlencoded");
    let mut answer = asked.body("query=*").send().await.unwrap();
    // The server never ends it: only what is not held back can come.
    let piece = timeout(PATIENCE, answer.chunk()).await.unwrap().unwrap();
    assert_eq!(piece.unwrap(), "first\n");
    assert!(
        timeout(Duration::from_millis(200), answer.chunk())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn tails_have_places_and_a_closed_one_is_free_again() {
    let bed = Bed::start().await;
    let open = async || bed.get("/proxy/victorialogs/select/logsql/tail").await;
    let mut tails = vec![];
    for _ in 0..32 {
        tails.push(open().await);
    }
    let answer = open().await;
    assert_eq!(answer.status(), 503);
    let body: Value = answer.json().await.unwrap();
    assert!(body["hint"].is_string(), "{body}");
    drop(tails);
    timeout(PATIENCE, async {
        while open().await.status() != 200 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_large_answer_comes_whole() {
    let bed = Bed::start().await;
    let answer = bed.get("/proxy/victorialogs/select/logsql/hits").await;
    assert_eq!(answer.bytes().await.unwrap().len(), 3 << 20);
}

#[tokio::test]
async fn a_query_that_is_too_long_is_refused() {
    let bed = Bed::start().await;
    let asked = bed.request("POST", "/proxy/prometheus/api/v1/query");
    let answer = asked.body(vec![b'x'; (1 << 20) + 1]).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(bed.asked(), 0);
}

#[tokio::test]
async fn a_server_that_is_down_is_named_with_a_hint() {
    let bed = Bed::without("jaeger").await;
    let answer = bed.get("/proxy/jaeger/api/v3/services").await;
    assert_eq!(answer.status(), 502);
    let body: Value = answer.json().await.unwrap();
    let error = body["error"].as_str().unwrap();
    assert!(error.starts_with("jaeger does not answer: "), "{error}");
    assert!(!error.contains("127.0.0.1"), "{error}");
    assert!(
        body["hint"]
            .as_str()
            .unwrap()
            .contains("groundwork logs jaeger")
    );
    let others = bed.get("/proxy/prometheus/api/v1/query").await;
    assert_eq!(others.status(), 202, "the others are not drawn into it");
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let bed = Bed::start().await;
    let answer = bed.get("/proxy/prometheus/api/v1/rules").await;
    assert_eq!(answer.status(), 502);
    assert_eq!(bed.asked(), 1);
}

#[tokio::test]
async fn an_event_bus_that_is_down_is_named_with_a_hint() {
    let bed = Bed::start().await;
    for path in [
        "/api/topics",
        "/api/groups",
        "/api/topics/orders/messages",
        "/api/topics/orders/tail",
    ] {
        let answer = bed.get(path).await;
        assert_eq!(answer.status(), 502, "{path}");
        let body: Value = answer.json().await.unwrap();
        assert!(
            body["error"]
                .as_str()
                .unwrap()
                .starts_with("kafka does not answer")
        );
        assert!(body["hint"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let bed = Bed::start().await;
    for query in ["offset=1", "partition=x", "time=yesterday", "limit=-1"] {
        let answer = bed
            .get(&format!("/api/topics/orders/messages?{query}"))
            .await;
        assert_eq!(answer.status(), 400, "{query}");
    }
}
