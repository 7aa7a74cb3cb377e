//! Every rule works.

use groundwork_signals::metrics::Rule;

use super::times::SCRAPED;
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{signals::metrics, wait::wait_for},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "every rule works",
    bound: "recording and alerting rules, no error",
    run: |context| Box::pin(rules(context)),
    ..Check::GENTLE
}];

async fn rules(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    wait_for("the rules", SCRAPED, async || {
        healthy(&metrics.rules().await?)
    })
    .await
}

fn healthy(rules: &[Rule]) -> Verdict {
    let sick: Vec<_> = rules
        .iter()
        .filter(|rule| rule.health != "ok" || !rule.last_error.is_empty())
        .map(|rule| format!("{} is {}: {}", rule.name, rule.health, rule.last_error))
        .collect();
    let of = |kind| rules.iter().filter(|rule| rule.kind == kind).count();
    let (recording, alerting) = (of("recording"), of("alerting"));
    match sick.as_slice() {
        [] => judged(
            recording > 0 && alerting > 0,
            format!("{recording} recording, {alerting} alerting"),
        ),
        sick => Err(sick.join("; ").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_with_an_error_is_named() {
        let rule = |name: &str, kind: &str, error: &str| Rule {
            name: name.into(),
            health: if error.is_empty() { "ok" } else { "err" }.into(),
            kind: kind.into(),
            last_error: error.into(),
        };
        let good = [rule("a", "recording", ""), rule("B", "alerting", "")];
        assert_eq!(healthy(&good).unwrap(), "1 recording, 1 alerting");
        assert!(healthy(&good[..1]).is_err());
        let bad = [rule("B", "alerting", "no match")];
        assert_eq!(healthy(&bad).unwrap_err().to_string(), "B is err: no match");
    }
}
