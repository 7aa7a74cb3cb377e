//! What holds for every address that a page could ask for.

use std::collections::BTreeMap;

use axum::http::Method;
use groundwork_contract::Way;
use percent_encoding::percent_decode_str;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};
use reqwest::Url;

use super::judged;
use crate::paths::segments;

/// Parts of addresses, and of ways around a list of them.
const PIECES: [&str; 28] = [
    "/", "//", "api", "v1", "query", "label", "values", "admin", "-", "quit", "*", ".", "..",
    "%2e", "%2E%2e", "%2f", "%5c", "%252e", "\\", ";", "?", "#", "@", ":", "%00", "\t", "%71uery",
    "é",
];

fn paths() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    let wild = vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let slashed =
        vec(select(&PIECES[2..]), 0..6).prop_map(|pieces| format!("/{}", pieces.join("/")));
    // Nearly on a list, so that the way around begins inside of what is allowed.
    let words = select(&["api", "v1", "label", "values", "admin"][..]);
    let near = vec(words, 1..4).prop_map(|words| format!("/{}", words.join("/")));
    let label =
        "[^/]{0,6}|%[0-9a-fA-F]{2}".prop_map(|label| format!("/api/v1/label/{label}/values"));
    prop_oneof![wild, slashed, near, label]
}

/// Lists of what may be asked for.
fn lists() -> impl Strategy<Value = BTreeMap<String, Way>> {
    let pattern = vec(select(&["api", "v1", "label", "values", "*"][..]), 1..4);
    let pattern = prop_oneof![
        pattern.prop_map(|it| it.join("/")),
        Just("api/v1/label/*/values".into())
    ];
    btree_map(
        pattern,
        select(&[Way::Get, Way::Query, Way::Tail][..]),
        0..6,
    )
}

/// The segments that the server behind the console finds in `path`.
fn next_segments(path: &str) -> Vec<String> {
    let url = Url::parse(&format!("http://server.example:9090{path}")).unwrap();
    assert_eq!(
        (url.host_str(), url.port()),
        (Some("server.example"), Some(9090))
    );
    assert_eq!(
        (url.query(), url.fragment(), url.username()),
        (None, None, "")
    );
    let segments = url.path_segments().unwrap();
    let decoded = segments.map(|segment| {
        percent_decode_str(segment)
            .decode_utf8()
            .unwrap()
            .into_owned()
    });
    decoded.filter(|segment| !segment.is_empty()).collect()
}

proptest! {
    #[test]
    fn an_accepted_path_means_the_same_to_whoever_reads_it_next(path in paths()) {
        if let Some(segments) = segments(&path) {
            prop_assert_eq!(next_segments(&path), segments);
        }
    }

    #[test]
    fn what_is_allowed_is_on_the_list_for_the_server_that_gets_it(
        list in lists(),
        path in paths(),
        method in select(vec![Method::GET, Method::POST]),
    ) {
        if judged(&list, &method, &path).is_ok() {
            let asked = next_segments(&path);
            let listed = list.iter().any(|(pattern, way)| {
                let parts: Vec<_> = pattern.split('/').collect();
                (method == Method::GET || *way != Way::Get)
                    && parts.len() == asked.len()
                    && parts.iter().zip(&asked).all(|(part, asked)| *part == "*" || part == asked)
            });
            prop_assert!(listed, "{path}");
        }
    }

    #[test]
    fn a_method_that_changes_something_is_never_allowed(
        list in lists(),
        path in paths(),
        method in select(vec![Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::CONNECT]),
    ) {
        prop_assert!(judged(&list, &method, &path).is_err());
    }

    #[test]
    fn what_is_on_the_list_is_allowed_however_its_letters_are_written(list in lists(), escaped in any::<u64>()) {
        for pattern in list.keys() {
            let path: String = pattern.replace('*', "any").bytes().enumerate().map(|(at, byte)| match byte {
                b'/' => "/".into(),
                _ if (escaped >> (at % 64)) & 1 == 1 => format!("%{byte:02x}"),
                byte => char::from(byte).to_string(),
            }).collect();
            prop_assert!(judged(&list, &Method::GET, &format!("/{path}")).is_ok(), "{path}");
        }
    }
}
