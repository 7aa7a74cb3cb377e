//! The page's files and the dashboards.

use crate::bed::Bed;
use serde_json::{Value, json};

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |it| it.to_str().unwrap())
}

#[tokio::test]
async fn every_address_of_the_page_is_the_page() {
    let bed = Bed::start().await;
    for path in [
        "/",
        "/index.html",
        "/dashboards",
        "/dashboards/cluster",
        "/explore/traces/0af7651916cd43dd",
        "/alerts/A%2FB",
    ] {
        let answer = bed.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
        assert!(
            answer.text().await.unwrap().contains("<title>page"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_api_has_no_page_behind_it() {
    let bed = Bed::start().await;
    for path in ["/api", "/api/nothing", "/api/topics/a/b/c"] {
        let answer = bed.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"].is_string());
    }
}

#[tokio::test]
async fn a_packed_file_is_for_those_who_take_it() {
    let bed = Bed::start().await;
    let path = "/assets/index-1a2b.js";
    let asked = bed
        .request("GET", path)
        .header("accept-encoding", "gzip, br");
    let packed = asked.send().await.unwrap();
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    assert_eq!(
        header(&packed, "content-type"),
        "text/javascript; charset=utf-8"
    );
    assert!(header(&packed, "cache-control").ends_with("immutable"));
    assert_eq!(header(&packed, "vary"), "accept-encoding");
    assert_eq!(packed.text().await.unwrap(), "packed");
    let plain = bed.get(path).await;
    assert_eq!(header(&plain, "content-encoding"), "");
    assert_eq!(header(&plain, "vary"), "accept-encoding");
    assert_eq!(plain.text().await.unwrap(), "plain");
    // Not every file is packed.
    let asked = bed
        .request("GET", "/icon.svg")
        .header("accept-encoding", "gzip");
    let icon = asked.send().await.unwrap();
    assert_eq!(header(&icon, "content-encoding"), "");
    assert_eq!(header(&icon, "content-type"), "image/svg+xml");
}

#[tokio::test]
async fn a_head_has_no_body() {
    let bed = Bed::start().await;
    let answer = bed.raw("HEAD", "/icon.svg").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.contains("content-length: 6"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn a_part_of_another_version_is_missing_and_no_page() {
    let bed = Bed::start().await;
    let answer = bed.get("/assets/index-old.js").await;
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn nothing_outside_of_the_page_is_a_file_of_it() {
    let bed = Bed::start().await;
    for path in [
        "/%2e%2e/dashboards/event-bus.json",
        "/..%2fdashboards%2fevent-bus.json",
        "/assets/%2e%2e/%2e%2e/dashboards/event-bus.json",
    ] {
        let text = bed.raw("GET", path).await;
        assert!(text.starts_with("HTTP/1.1 200 "), "{path}: {text}");
        assert!(!text.contains("Event bus"), "{path}: {text}");
    }
}

#[tokio::test]
async fn without_a_page_it_says_where_one_belongs() {
    let bed = Bed::with(|config| config.page = "/nonexistent".into()).await;
    let answer = bed.get("/").await;
    assert_eq!(answer.status(), 503);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"], "there is no page in /nonexistent");
}

#[tokio::test]
async fn dashboards_are_listed_by_their_titles() {
    let bed = Bed::start().await;
    let listed: Value = bed.get("/api/dashboards").await.json().await.unwrap();
    assert_eq!(
        listed,
        json!({"dashboards": [{"name": "broken", "title": "broken"}, {"name": "event-bus", "title": "Event bus"}]})
    );
}

#[tokio::test]
async fn a_changed_dashboard_shows_at_once() {
    let bed = Bed::start().await;
    let path = "/api/dashboards/event-bus";
    let first = bed.get(path).await;
    let tag = header(&first, "etag").to_owned();
    let again = async || {
        let asked = bed.request("GET", path).header("if-none-match", &tag);
        asked.send().await.unwrap()
    };
    assert_eq!(again().await.status(), 304);
    let file = bed.folder.path().join("dashboards/event-bus.json");
    std::fs::write(file, r#"{"changed":true}"#).unwrap();
    let changed = again().await;
    assert_eq!(changed.status(), 200);
    assert_ne!(header(&changed, "etag"), tag);
    assert_eq!(
        changed.json::<Value>().await.unwrap(),
        json!({"changed": true})
    );
}

#[tokio::test]
async fn a_dashboard_that_is_not_there_is_named() {
    let bed = Bed::start().await;
    for name in ["nothing", "..%2fpage%2findex", "..data"] {
        let answer = bed.get(&format!("/api/dashboards/{name}")).await;
        assert_eq!(answer.status(), 404, "{name}");
    }
}

#[tokio::test]
async fn without_a_cluster_and_its_figures_every_process_is_unknown_and_says_why() {
    let bed = Bed::without("prometheus").await;
    let answer: Value = bed.get("/api/components").await.json().await.unwrap();
    let components = answer["components"].as_array().unwrap();
    assert!(components.iter().any(|it| it["name"] == "etcd"));
    assert!(components.iter().all(|it| it["state"] == "unknown"));
    let sources: Vec<_> = answer["unavailable"].as_array().unwrap().iter().collect();
    assert!(
        sources.iter().any(|it| it["source"] == "prometheus"),
        "{answer}"
    );
    assert!(
        sources.iter().any(|it| it["source"] == "kube-apiserver"),
        "{answer}"
    );
}
