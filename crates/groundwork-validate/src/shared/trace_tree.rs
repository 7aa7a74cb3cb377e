//! Whether the spans of a trace make one tree, and where its time went. Pure.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_signals::traces::{Kind, Span};

/// How much earlier a part may seem to begin, or later to end, than the whole: clocks are read by
/// several processes, one after the other. In nanoseconds.
const TOLERANCE: u64 = 2_000_000;

/// What is wrong with `spans` as the parts of one request; empty when all is right. Its first span
/// has the parent `outside`, and its services call each other in the order of `services`.
pub(crate) fn faults(spans: &[Span], outside: &str, services: &[&str]) -> Vec<String> {
    let known: BTreeMap<_, _> = spans.iter().map(|span| (&*span.id, span)).collect();
    let mut faults = vec![];
    if known.len() < spans.len() {
        faults.push(format!(
            "{} spans are there twice",
            spans.len() - known.len()
        ));
    }
    let roots: Vec<_> = spans.iter().filter(|span| span.parent == outside).collect();
    if roots.len() != 1 {
        faults.push(format!("{} spans begin it", roots.len()));
    }
    for span in spans {
        if span.end < span.start {
            faults.push(format!("{} ends before it begins", shown(span)));
        }
        match known.get(&*span.parent) {
            Some(parent) => faults.extend(out_of_time(span, parent)),
            None if span.parent == outside => {}
            None => faults.push(format!("{} has no parent", shown(span))),
        }
    }
    for (index, service) in services.iter().enumerate() {
        let entry = spans
            .iter()
            .filter(|span| span.service == *service)
            .find(|span| {
                known
                    .get(&*span.parent)
                    .is_none_or(|it| it.service != *service)
            });
        let caller = entry.and_then(|span| known.get(&*span.parent));
        let wanted = index.checked_sub(1).map(|before| services[before]);
        match (entry, caller.map(|span| &*span.service)) {
            (None, _) => faults.push(format!("{service} has no part in it")),
            (Some(_), caller) if caller == wanted => {}
            (Some(span), caller) => faults.push(format!(
                "{} comes from {}",
                shown(span),
                caller.unwrap_or("nowhere")
            )),
        }
    }
    faults
}

/// What is wrong with the times of `span` as a part of `parent`. A published event is dealt with
/// whenever its reader comes to it, so its span must only not begin earlier.
fn out_of_time(span: &Span, parent: &Span) -> Option<String> {
    let waits = span.kind != Kind::Consumer;
    if span.start + TOLERANCE < parent.start {
        Some(format!("{} begins before {}", shown(span), shown(parent)))
    } else if waits && span.end > parent.end + TOLERANCE {
        Some(format!("{} ends after {}", shown(span), shown(parent)))
    } else {
        None
    }
}

/// The services that have a part in it.
pub(crate) fn services(spans: &[Span]) -> BTreeSet<&str> {
    spans.iter().map(|span| &*span.service).collect()
}

/// The service in which most of the time went, and how many nanoseconds: its spans' time without
/// that of the spans they waited for.
pub(crate) fn slowest(spans: &[Span]) -> Option<(&str, u64)> {
    let mut own: BTreeMap<&str, u64> = BTreeMap::new();
    for span in spans {
        let mut parts: Vec<_> = spans
            .iter()
            .filter(|it| it.parent == span.id && it.kind != Kind::Consumer)
            .map(|it| (it.start.max(span.start), it.end.min(span.end)))
            .collect();
        parts.sort_unstable();
        let (mut waited, mut until) = (0, span.start);
        for (start, end) in parts {
            waited += end.saturating_sub(start.max(until));
            until = until.max(end);
        }
        let whole = span.end.saturating_sub(span.start);
        *own.entry(&span.service).or_default() += whole.saturating_sub(waited);
    }
    own.into_iter().max_by_key(|(_, time)| *time)
}

/// `hello 'POST /events'`.
fn shown(span: &Span) -> String {
    format!("{} '{}'", span.service, span.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: [&str; 3] = ["hello", "hello-publisher", "hello-consumer"];

    const MS: u64 = 1_000_000;

    fn span(id: &str, parent: &str, service: &str, kind: Kind, ms: [u64; 2]) -> Span {
        Span {
            trace: "t".into(),
            id: id.into(),
            parent: parent.into(),
            service: service.into(),
            pod: String::new(),
            name: format!("span {id}"),
            kind,
            start: ms[0] * MS,
            end: ms[1] * MS,
            attributes: BTreeMap::new(),
        }
    }

    fn good() -> Vec<Span> {
        vec![
            span("1", "out", "hello", Kind::Server, [100, 200]),
            span("2", "1", "hello", Kind::Client, [105, 195]),
            span("3", "2", "hello-publisher", Kind::Server, [110, 190]),
            span("4", "3", "hello-publisher", Kind::Producer, [111, 189]),
            span("5", "4", "hello-consumer", Kind::Consumer, [300, 310]),
        ]
    }

    #[test]
    fn a_request_through_three_services_is_one_tree() {
        assert_eq!(faults(&good(), "out", &THREE), [""; 0]);
        assert_eq!(services(&good()), THREE.into_iter().collect());
    }

    #[test]
    fn a_span_whose_parent_is_missing_is_named() {
        let mut spans = good();
        spans.remove(3);
        assert_eq!(
            faults(&spans, "out", &THREE),
            [
                "hello-consumer 'span 5' has no parent",
                "hello-consumer 'span 5' comes from nowhere",
            ]
        );
    }

    #[test]
    fn a_service_that_is_called_by_the_wrong_one_or_not_at_all_is_named() {
        let mut spans = good();
        spans[4].parent = "2".into();
        assert_eq!(
            faults(&spans, "out", &THREE),
            ["hello-consumer 'span 5' comes from hello"]
        );
        spans.pop();
        assert_eq!(
            faults(&spans, "out", &THREE),
            ["hello-consumer has no part in it"]
        );
    }

    #[test]
    fn a_trace_that_did_not_begin_with_the_request_is_no_part_of_it() {
        let error = faults(&good(), "other", &THREE);
        assert_eq!(error, ["0 spans begin it", "hello 'span 1' has no parent"]);
    }

    #[test]
    fn times_that_cannot_be_are_named() {
        let mut spans = good();
        (spans[2].start, spans[2].end) = (10 * MS, 400 * MS);
        spans[4].start = 50 * MS;
        assert_eq!(
            faults(&spans, "out", &THREE),
            [
                "hello-publisher 'span 3' begins before hello 'span 2'",
                "hello-consumer 'span 5' begins before hello-publisher 'span 4'",
            ]
        );
        spans[2].start = 110 * MS;
        assert_eq!(
            faults(&spans, "out", &THREE)[0],
            "hello-publisher 'span 3' ends after hello 'span 2'"
        );
    }

    #[test]
    fn a_span_that_is_there_twice_is_counted() {
        let mut spans = good();
        spans.push(spans[4].clone());
        assert_eq!(faults(&spans, "out", &THREE), ["1 spans are there twice"]);
    }

    #[test]
    fn the_slowest_service_is_the_one_that_worked_and_not_the_one_that_waited() {
        // hello 10 + 10 ms, the publisher 2 + 78 ms, the consumer 10 ms.
        assert_eq!(slowest(&good()), Some(("hello-publisher", 80 * MS)));
        assert_eq!(slowest(&[]), None);
    }
}
