//! Requests by their heads alone.

use super::*;

fn guard(hosts: &[&str]) -> Guard {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    Guard::new(&hosts, 8080, None).unwrap()
}

fn refused(method: &Method, uri: &str, given: &[(&str, &str)]) -> bool {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, value.parse().unwrap());
    }
    let guard = guard(&["console.localhost:8080"]);
    let objection = guard.objection(method, &uri.parse().unwrap(), &headers);
    assert!(
        objection
            .iter()
            .all(|it| it.status == StatusCode::FORBIDDEN)
    );
    objection.is_some()
}

fn get(given: &[(&str, &str)]) -> bool {
    refused(&Method::GET, "/api/topics", given)
}

const US: (&str, &str) = ("host", "console.localhost:8080");

#[test]
fn only_hosts_of_ours_are_answered_to() {
    for host in ["console.localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080"] {
        assert!(!get(&[("host", host)]), "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8080",
        "console.localhost",
        "console.localhost:80",
        "console.localhost:8080.evil.example",
        "",
    ] {
        assert!(get(&[("host", host)]), "{host}");
    }
    assert!(get(&[]), "no host at all");
    assert!(get(&[US, US]), "two hosts");
    let through = "http://evil.example/api/topics";
    assert!(refused(&Method::GET, through, &[US]));
}

#[test]
fn only_pages_of_ours_may_ask() {
    assert!(!get(&[US, ("origin", "http://console.localhost:8080")]));
    for origin in [
        "http://evil.example",
        "https://console.localhost:8080",
        "http://hello.localhost:8080",
        "null",
        "",
    ] {
        assert!(get(&[US, ("origin", origin)]), "{origin}");
    }
}

#[test]
fn a_page_that_came_through_tls_may_ask_where_there_is_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret").unwrap();
    let guard = Guard::new(&["groundwork.example".into()], 8080, Some(file)).unwrap();
    let refused = |origin: &'static str| {
        let given = [("host", "groundwork.example"), ("origin", origin)];
        let headers = given.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let uri = "/api/topics".parse().unwrap();
        let headers = HeaderMap::from_iter(headers);
        guard.objection(&Method::GET, &uri, &headers).is_some()
    };
    assert!(!refused("https://groundwork.example"));
    assert!(!refused("http://groundwork.example"));
    assert!(refused("https://evil.example"));
}

#[test]
fn another_site_may_open_the_page_and_nothing_else() {
    let cross = ("sec-fetch-site", "cross-site");
    let navigate = ("sec-fetch-mode", "navigate");
    let asked = |method: &Method, path| refused(method, path, &[US, cross, navigate]);
    assert!(!asked(&Method::GET, "/dashboards/cluster"));
    assert!(!asked(&Method::GET, "/apis"));
    assert!(asked(&Method::GET, "/api/topics"));
    assert!(asked(&Method::GET, "/proxy/prometheus/api/v1/query"));
    assert!(asked(&Method::POST, "/"));
    assert!(refused(&Method::GET, "/", &[US, cross]));
    assert!(get(&[US, ("sec-fetch-site", "same-site")]));
    assert!(!get(&[US, ("sec-fetch-site", "same-origin")]));
    assert!(!get(&[US, ("sec-fetch-site", "none")]));
}

#[test]
fn a_host_beyond_loopback_needs_a_token() {
    let with = |host: &str, token: Option<&str>| {
        Guard::new(&[host.into()], 8080, token.map(PathBuf::from))
    };
    for host in ["groundwork.example", "10.0.0.1:8080", "localhost.example"] {
        let error = with(host, None).unwrap_err().to_string();
        assert!(
            error.contains(host) && error.contains("CONSOLE_TOKEN_FILE"),
            "{error}"
        );
    }
    for host in ["a.localhost:8080", "[::1]:9", "localhost"] {
        with(host, None).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let path = file.to_str();
    assert!(with("groundwork.example", path).is_err(), "no such file");
    std::fs::write(&file, " \n").unwrap();
    assert!(with("groundwork.example", path).is_err(), "an empty token");
    std::fs::write(&file, "secret\n").unwrap();
    with("groundwork.example", path).unwrap();
}

#[tokio::test]
async fn the_token_is_the_password_of_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret\n").unwrap();
    let guard = Guard::new(&[], 8080, Some(file.clone())).unwrap();
    let lets_in = async |value: Option<&str>| {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        guard.lets_in(&headers).await.unwrap()
    };
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    assert!(lets_in(Some(&basic("anybody:secret"))).await);
    for wrong in ["anybody:", "secret:", "secret", "a:secret2", "a:secre"] {
        assert!(!lets_in(Some(&basic(wrong))).await, "{wrong}");
    }
    assert!(!lets_in(Some("Bearer secret")).await);
    assert!(!lets_in(None).await);
    std::fs::write(&file, "other").unwrap();
    assert!(!lets_in(Some(&basic("anybody:secret"))).await);
    assert!(lets_in(Some(&basic("anybody:other"))).await);
}
