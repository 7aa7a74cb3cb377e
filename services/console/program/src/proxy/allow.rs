//! What may be asked of each server: reading, and nothing that writes, reloads or ends. Pure.

use axum::http::Method;

/// A server behind the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Prometheus,
    VictoriaLogs,
    Jaeger,
    Alertmanager,
}

impl Backend {
    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Prometheus,
            Self::VictoriaLogs,
            Self::Jaeger,
            Self::Alertmanager,
        ];
        all.into_iter().find(|backend| backend.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::VictoriaLogs => "victorialogs",
            Self::Jaeger => "jaeger",
            Self::Alertmanager => "alertmanager",
        }
    }
}

/// How a path may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Get,
    /// A query, which may be too long for an address.
    Query,
    /// A query whose answer never ends.
    Tail,
}

use Backend::{Alertmanager, Jaeger, Prometheus, VictoriaLogs};
use Way::{Get, Query, Tail};

/// What the page asks for, and the checks of `validate`. `*` is any one segment.
const PATHS: [(Backend, Way, &str); 16] = [
    (Prometheus, Query, "api/v1/query"),
    (Prometheus, Query, "api/v1/query_range"),
    (Prometheus, Get, "api/v1/label/*/values"),
    (Prometheus, Get, "api/v1/rules"),
    (Prometheus, Get, "api/v1/metadata"),
    (VictoriaLogs, Query, "select/logsql/query"),
    (VictoriaLogs, Query, "select/logsql/hits"),
    (VictoriaLogs, Query, "select/logsql/field_values"),
    (VictoriaLogs, Query, "select/logsql/stats_query_range"),
    (VictoriaLogs, Tail, "select/logsql/tail"),
    (Jaeger, Get, "api/traces"),
    (Jaeger, Get, "api/v3/services"),
    (Jaeger, Get, "api/v3/operations"),
    (Jaeger, Get, "api/v3/traces"),
    (Jaeger, Get, "api/v3/traces/*"),
    (Alertmanager, Get, "api/v2/silences"),
];

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is handed on; `endless` answers have no time-out.
    Allowed { endless: bool },
    /// The path is known, and not to be asked for so.
    Method,
    /// Nothing that may be asked for.
    Forbidden,
}

/// Judges a request for the decoded `segments` of a path.
pub(super) fn judge(backend: Backend, method: &Method, segments: &[String]) -> Verdict {
    let known = PATHS
        .iter()
        .find(|(of, _, path)| *of == backend && matches(path, segments));
    let Some((_, way, _)) = known else {
        return Verdict::Forbidden;
    };
    let reads = [Method::GET, Method::HEAD].contains(method);
    match way {
        Get if !reads => Verdict::Method,
        Query | Tail if !reads && *method != Method::POST => Verdict::Method,
        way => Verdict::Allowed {
            endless: *way == Tail,
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

    fn verdict(method: Method, backend: &str, path: &str) -> Verdict {
        let backend = Backend::named(backend).unwrap();
        match segments(path) {
            Some(segments) => judge(backend, &method, &segments),
            None => Verdict::Forbidden,
        }
    }

    const ALLOWED: Verdict = Verdict::Allowed { endless: false };

    #[test]
    fn every_path_of_the_table_may_be_read() {
        for (backend, _, path) in PATHS {
            let path = format!("/{}", path.replace('*', "some%20thing"));
            let verdict = verdict(Method::GET, backend.name(), &path);
            assert!(matches!(verdict, Verdict::Allowed { .. }), "{path}");
        }
    }

    #[test]
    fn queries_may_be_posted_and_nothing_else() {
        let post = |backend, path| verdict(Method::POST, backend, path);
        assert_eq!(post("prometheus", "/api/v1/query_range"), ALLOWED);
        assert_eq!(post("victorialogs", "/select/logsql/hits"), ALLOWED);
        for (backend, path) in [
            ("prometheus", "/api/v1/rules"),
            ("jaeger", "/api/traces"),
            ("alertmanager", "/api/v2/silences"),
        ] {
            assert_eq!(post(backend, path), Verdict::Method, "{path}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let verdict = verdict(method, "prometheus", "/api/v1/query");
            assert_eq!(verdict, Verdict::Method);
        }
    }

    #[test]
    fn what_writes_reloads_or_ends_is_forbidden() {
        for (backend, path) in [
            ("prometheus", "/api/v1/admin/tsdb/delete_series"),
            ("prometheus", "/-/reload"),
            ("prometheus", "/-/quit"),
            ("prometheus", "/api/v1/write"),
            ("prometheus", "/api/v1/otlp/v1/metrics"),
            ("prometheus", "/federate"),
            ("prometheus", "/api/v1/status/config"),
            ("victorialogs", "/insert/jsonline"),
            ("victorialogs", "/internal/force_flush"),
            ("victorialogs", "/delete/run_task"),
            ("victorialogs", "/select/vmui/"),
            ("jaeger", "/api/v3/traces/1/2"),
            ("jaeger", "/"),
            ("alertmanager", "/api/v2/silence/1"),
            // It has the whole configuration in it.
            ("alertmanager", "/api/v2/status"),
            ("alertmanager", "/-/reload"),
        ] {
            for method in [Method::GET, Method::POST] {
                assert_eq!(verdict(method, backend, path), Verdict::Forbidden, "{path}");
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
            let verdict = verdict(Method::GET, "prometheus", path);
            assert_eq!(verdict, Verdict::Forbidden, "{path}");
        }
        assert_eq!(
            verdict(Method::GET, "prometheus", "/api/v1/%71uery"),
            ALLOWED
        );
    }

    #[test]
    fn only_a_tail_never_ends() {
        let tail = verdict(Method::POST, "victorialogs", "/select/logsql/tail");
        assert_eq!(tail, Verdict::Allowed { endless: true });
    }
}
