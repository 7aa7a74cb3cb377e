//! What may be asked of each server: requests that only read. Pure.

use std::collections::BTreeMap;

use axum::http::Method;
use groundwork_contract::Way;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is handed on; `endless` answers have no time-out.
    Allowed { endless: bool },
    /// The path is known, and not to be asked for so.
    Method,
    /// The list does not have it.
    Forbidden,
}

/// Judges a request for the decoded `segments` of a path by what `may` be read: a path each, `*` for any one segment.
pub(super) fn judge(may: &BTreeMap<String, Way>, method: &Method, segments: &[String]) -> Verdict {
    let Some((_, way)) = may.iter().find(|(path, _)| matches(path, segments)) else {
        return Verdict::Forbidden;
    };
    let reads = [Method::GET, Method::HEAD].contains(method);
    match way {
        Way::Get if !reads => Verdict::Method,
        Way::Query | Way::Tail if !reads && *method != Method::POST => Verdict::Method,
        way => Verdict::Allowed {
            endless: *way == Way::Tail,
        },
    }
}

fn matches(pattern: &str, segments: &[String]) -> bool {
    let mut parts = pattern.split('/');
    segments
        .iter()
        .all(|segment| parts.next().is_some_and(|it| it == "*" || it == segment))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::segments;

    const TABLE: [(&str, Way); 4] = [
        ("api/v1/query", Way::Query),
        ("api/v1/label/*/values", Way::Get),
        ("api/v1/rules", Way::Get),
        ("select/tail", Way::Tail),
    ];
    const ALLOWED: Verdict = Verdict::Allowed { endless: false };

    fn verdict(method: Method, path: &str) -> Verdict {
        let may = TABLE.map(|(path, way)| (path.to_owned(), way)).into();
        match segments(path) {
            Some(segments) => judge(&may, &method, &segments),
            None => Verdict::Forbidden,
        }
    }

    #[test]
    fn every_path_of_the_table_may_be_read() {
        for (path, _) in TABLE {
            let path = format!("/{}", path.replace('*', "some%20thing"));
            let verdict = verdict(Method::GET, &path);
            assert!(matches!(verdict, Verdict::Allowed { .. }), "{path}");
        }
    }

    #[test]
    fn queries_may_be_posted_and_nothing_else() {
        assert_eq!(verdict(Method::POST, "/api/v1/query"), ALLOWED);
        assert_eq!(verdict(Method::POST, "/api/v1/rules"), Verdict::Method);
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            assert_eq!(verdict(method, "/api/v1/query"), Verdict::Method);
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_forbidden() {
        for path in [
            "/",
            "/-/quit",
            "/api/v1/write",
            "/api/v1/query/2",
            "/api/v1",
        ] {
            for method in [Method::GET, Method::POST] {
                assert_eq!(verdict(method, path), Verdict::Forbidden, "{path}");
            }
        }
    }

    #[test]
    fn no_spelling_of_a_path_gets_around_the_table() {
        for path in [
            "/api/v1/query/../admin/tsdb/delete_series",
            "/api/v1/query/%2e%2e/%2e%2e/%2e%2e/-/quit",
            "/api/v1/label/..%2f..%2fadmin/values",
            "/api/v1/label/%2e%2e/values",
            "/api/v1/label/%252e%252e/values",
            "/api/v1/label/a/b/values",
            "//api/v1/query",
            "/api/v1/query/",
            "/API/V1/QUERY",
        ] {
            let verdict = verdict(Method::GET, path);
            assert_eq!(verdict, Verdict::Forbidden, "{path}");
        }
        assert_eq!(verdict(Method::GET, "/api/v1/%71uery"), ALLOWED);
    }

    #[test]
    fn only_a_tail_never_ends() {
        let tail = verdict(Method::POST, "/select/tail");
        assert_eq!(tail, Verdict::Allowed { endless: true });
    }
}
