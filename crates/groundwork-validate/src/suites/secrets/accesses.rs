//! A thousand accesses to Secrets: what each is, and what its record must say. Pure.

use std::{collections::BTreeMap, fmt};

use http::{Method, Request, request::Builder};
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    /// Somebody who may do anything.
    Admin,
    /// A service account without rights.
    Nobody,
    /// A client with an invalid token.
    Stranger,
}

/// One access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Access {
    pub by: By,
    /// As the API server calls it.
    pub verb: &'static str,
    /// The object's name; none for all of them.
    pub name: Option<String>,
    /// The status that it must be answered with.
    pub code: u16,
}

/// The secret that is there, and one that is not.
pub(super) const THERE: &str = "check-there";
const ABSENT: &str = "check-absent";
/// How many objects are made, written twice and removed again.
const LIVES: usize = 50;

/// How often each of the others happens.
const OTHERS: [(usize, By, &str, Option<&str>, u16); 16] = [
    (280, By::Admin, "get", Some(THERE), 200),
    (100, By::Admin, "get", Some(ABSENT), 404),
    (100, By::Admin, "list", None, 200),
    (50, By::Admin, "watch", None, 200),
    (20, By::Admin, "create", Some(THERE), 409),
    (10, By::Admin, "patch", Some(ABSENT), 404),
    (10, By::Admin, "delete", Some(ABSENT), 404),
    (100, By::Nobody, "get", Some(THERE), 403),
    (50, By::Nobody, "list", None, 403),
    (20, By::Nobody, "watch", None, 403),
    (10, By::Nobody, "create", Some(ABSENT), 403),
    (10, By::Nobody, "update", Some(THERE), 403),
    (10, By::Nobody, "patch", Some(THERE), 403),
    (10, By::Nobody, "delete", Some(THERE), 403),
    (10, By::Stranger, "get", Some(THERE), 401),
    (10, By::Stranger, "list", None, 401),
];

/// The accesses in no order, but those of one object one after the other.
pub(super) fn in_no_order() -> Vec<Vec<Access>> {
    let others = OTHERS.iter().flat_map(|(count, by, verb, name, code)| {
        let access = access(*by, verb, *name, *code);
        vec![vec![access]; *count]
    });
    let lives = (0..LIVES).map(|number| {
        let name = format!("check-life-{number}");
        let steps = [
            ("create", 201),
            ("update", 200),
            ("patch", 200),
            ("delete", 200),
        ];
        let step = |(verb, code)| access(By::Admin, verb, Some(&name), code);
        steps.map(step).to_vec()
    });
    let mut all: Vec<_> = others.chain(lives).collect();
    all.shuffle(&mut rand::rng());
    all
}

fn access(by: By, verb: &'static str, name: Option<&str>, code: u16) -> Access {
    Access {
        by,
        verb,
        name: name.map(str::to_owned),
        code,
    }
}

impl Access {
    /// The request for it, in `namespace`.
    pub(super) fn request(&self, namespace: &str) -> Result<Request<Vec<u8>>, http::Error> {
        let all = format!("/api/v1/namespaces/{namespace}/secrets");
        let name = self.name.as_deref().unwrap_or_default();
        let one = format!("{all}/{name}");
        let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
                            "stringData": {"check": "checked"}});
        let note = json!({"metadata": {"annotations": {"check": "checked"}}});
        let with = |method, path: String| Request::builder().method(method).uri(path);
        let body = |request: Builder, kind, body: &Value| {
            let request = request.header("content-type", kind);
            request.body(body.to_string().into_bytes())
        };
        match self.verb {
            "create" => body(with(Method::POST, all), "application/json", &object),
            "update" => body(with(Method::PUT, one), "application/json", &object),
            "patch" => body(
                with(Method::PATCH, one),
                "application/merge-patch+json",
                &note,
            ),
            "delete" => with(Method::DELETE, one).body(vec![]),
            "list" => with(Method::GET, all).body(vec![]),
            "watch" => {
                let path = format!("{all}?watch=true&timeoutSeconds=1");
                with(Method::GET, path).body(vec![])
            }
            _ => with(Method::GET, one).body(vec![]),
        }
    }
}

/// How many there are of each kind: by whom, what, and with which status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<(By, String, u16), usize>);

impl Counts {
    pub(super) fn add(&mut self, by: By, verb: &str, code: u16) {
        *self.0.entry((by, verb.to_owned(), code)).or_default() += 1;
    }

    /// All together.
    pub(super) fn sum(&self) -> usize {
        self.0.values().sum()
    }

    /// How many were answered by one of `codes`.
    pub(super) fn with(&self, codes: &[u16]) -> usize {
        let of_codes = self
            .0
            .iter()
            .filter(|((_, _, code), _)| codes.contains(code));
        of_codes.map(|(_, count)| count).sum()
    }

    /// Where `self`, which was sent, and `recorded` differ.
    pub(super) fn differences(&self, recorded: &Self) -> Vec<String> {
        let count = |of: &Self, key| of.0.get(key).copied().unwrap_or_default();
        let mut keys: Vec<_> = self.0.keys().chain(recorded.0.keys()).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter()
            .filter(|key| count(self, key) != count(recorded, key))
            .map(|key| {
                let (by, verb, code) = key;
                let (sent, found) = (count(self, key), count(recorded, key));
                format!("{found} of {sent} {verb} {code} by {by}")
            })
            .collect()
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Admin => "the administrator",
            Self::Nobody => "an account without rights",
            Self::Stranger => "a stranger",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_thousand_of_every_verb_allowed_and_denied() {
        let all: Vec<_> = in_no_order().concat();
        assert_eq!(all.len(), 1000);
        for verb in [
            "get", "list", "watch", "create", "update", "patch", "delete",
        ] {
            for by in [By::Admin, By::Nobody] {
                assert!(
                    all.iter().any(|it| it.verb == verb && it.by == by),
                    "{verb} {by}"
                );
            }
        }
        for code in [200, 201, 401, 403, 404, 409] {
            assert!(all.iter().any(|it| it.code == code), "{code}");
        }
    }

    #[test]
    fn an_object_is_made_before_it_is_changed_and_changed_before_it_is_removed() {
        let lives: Vec<_> = in_no_order()
            .into_iter()
            .filter(|unit| unit.len() > 1)
            .collect();
        assert_eq!(lives.len(), LIVES);
        for life in lives {
            let verbs: Vec<_> = life.iter().map(|access| access.verb).collect();
            assert_eq!(verbs, ["create", "update", "patch", "delete"]);
            assert!(life.iter().all(|access| access.name == life[0].name));
        }
    }

    #[test]
    fn a_request_is_what_the_api_server_calls_by_its_verb() {
        let shown = |verb, name| {
            let access = access(By::Admin, verb, name, 200);
            let request = access.request("n").unwrap();
            format!("{} {}", request.method(), request.uri())
        };
        let all = "/api/v1/namespaces/n/secrets";
        assert_eq!(shown("get", Some("a")), format!("GET {all}/a"));
        assert_eq!(shown("list", None), format!("GET {all}"));
        assert_eq!(shown("create", Some("a")), format!("POST {all}"));
        assert_eq!(shown("update", Some("a")), format!("PUT {all}/a"));
        assert_eq!(shown("patch", Some("a")), format!("PATCH {all}/a"));
        assert_eq!(shown("delete", Some("a")), format!("DELETE {all}/a"));
        assert_eq!(
            shown("watch", None),
            format!("GET {all}?watch=true&timeoutSeconds=1")
        );
    }

    #[test]
    fn a_record_that_is_missing_twice_or_of_another_kind_is_named() {
        let counts = |all: &[(By, &str, u16)]| {
            let mut counts = Counts::default();
            all.iter()
                .for_each(|(by, verb, code)| counts.add(*by, verb, *code));
            counts
        };
        let get = (By::Admin, "get", 200);
        let sent = counts(&[get, get, (By::Nobody, "list", 403)]);
        assert!(sent.differences(&sent).is_empty());
        assert_eq!((sent.sum(), sent.with(&[401, 403])), (3, 1));
        let recorded = counts(&[get, get, get, (By::Admin, "list", 403)]);
        assert_eq!(
            sent.differences(&recorded),
            [
                "3 of 2 get 200 by the administrator",
                "1 of 0 list 403 by the administrator",
                "0 of 1 list 403 by an account without rights",
            ]
        );
    }
}
