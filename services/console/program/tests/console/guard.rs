//! Who is let in, and what every answer carries.

use crate::bed::Bed;

#[tokio::test]
async fn a_foreign_host_or_page_gets_403_and_asks_nobody() {
    let bed = Bed::start().await;
    for path in ["/", "/api/dashboards", "/proxy/prometheus/api/v1/query"] {
        for (name, value) in [
            ("host", "evil.example"),
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let answer = bed.request("GET", path).header(name, value).send().await;
            let answer = answer.unwrap();
            assert_eq!(answer.status(), 403, "{path} {name}");
            let body: serde_json::Value = answer.json().await.unwrap();
            assert!(body["error"].is_string() && body.get("hint").is_some());
        }
    }
    assert_eq!(bed.asked(), 0);
}

#[tokio::test]
async fn the_configured_host_is_let_in() {
    let bed = Bed::start().await;
    let asked = bed.request("GET", "/api/dashboards");
    let asked = asked
        .header("host", "console.localhost:8080")
        .header("origin", "http://console.localhost:8080");
    assert_eq!(asked.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_others_out() {
    let bed = Bed::start().await;
    for (method, path, host) in [
        ("GET", "/", None),
        ("GET", "/assets/none.js", None),
        ("GET", "/api/dashboards", None),
        ("GET", "/api/nothing", None),
        ("POST", "/api/topics", None),
        ("GET", "/proxy/jaeger/api/v3/services", None),
        ("GET", "/proxy/nobody", None),
        ("GET", "/", Some("evil.example")),
    ] {
        let mut asked = bed.request(method, path);
        if let Some(host) = host {
            asked = asked.header("host", host);
        }
        let answer = asked.send().await.unwrap();
        let headers = answer.headers();
        let of = |name: &str| headers.get(name).unwrap().to_str().unwrap();
        let policy = of("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}"
        );
        assert!(policy.ends_with("frame-ancestors 'none'"), "{path}");
        assert_eq!(of("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(of("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(of("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(of("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(headers.get("set-cookie").is_none(), "{path}");
        assert!(headers.get("cache-control").is_some(), "{path}");
    }
}

#[tokio::test]
async fn nothing_but_looking_is_taken() {
    let bed = Bed::start().await;
    for (method, path) in [
        ("POST", "/"),
        ("POST", "/dashboards/cluster"),
        ("PUT", "/api/dashboards/event-bus"),
        ("DELETE", "/api/topics/orders/messages"),
        ("OPTIONS", "/api/topics"),
        ("POST", "/api/validation"),
    ] {
        let answer = bed.request(method, path).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method} {path}");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert!(body["error"].as_str().unwrap().contains("only look"));
    }
}

#[tokio::test]
async fn where_a_token_is_set_nobody_gets_in_without() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret\n").unwrap();
    let bed = Bed::with(|config| {
        config.hosts = vec!["groundwork.example".into()];
        config.token_file = Some(file);
    })
    .await;
    let answer = bed.get("/").await;
    assert_eq!(answer.status(), 401);
    assert!(
        answer.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic")
    );
    let asked = bed
        .request("GET", "/api/dashboards")
        .header("host", "groundwork.example");
    let answer = asked.basic_auth("anybody", Some("secret")).send().await;
    assert_eq!(answer.unwrap().status(), 200);
}

#[tokio::test]
async fn what_the_cluster_asks_for_is_on_a_port_of_its_own() {
    let bed = Bed::start().await;
    bed.get("/dashboards").await;
    let ops = async |path: &str| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = client.get(format!("http://{}{path}", bed.ops));
        let answer = asked
            .header("host", "10.213.0.9:9464")
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ops("/health").await, (200, r#"{"status":"ok"}"#.into()));
    assert_eq!(ops("/ready").await, (200, r#"{"status":"ready"}"#.into()));
    let (_, metrics) = ops("/metrics").await;
    let line = r#"http_requests_total{route="page",status="200"} 1"#;
    assert!(metrics.contains(line), "{metrics}");
    // For browsers these are addresses of the page.
    let text = bed.get("/metrics").await.text().await.unwrap();
    assert!(text.contains("<!doctype html>"));
}
