//! Runs the checks one after the other, so that none stops the others, and judges no time by a machine
//! that has other things to do.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::time::Instant;

use crate::{
    Check, Context, Event, Outcome, Probe, Speed, Verdict,
    busy::{Stopwatch, TooSlow},
    probes, req_0_2, req_0_6, test_bed,
    wait::{Late, Longer, within_longer},
};

/// Runs the checks of the requirements in `only` (of all when it is empty), the disruptive ones
/// only when asked to and those about speed alone only when `context` judges it, and tells
/// `observe` about each. What the checks put into the cluster is
/// removed afterwards, whatever their result.
pub async fn run(
    context: &Context,
    only: &[String],
    disruptive: bool,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let chosen = probes().into_iter().filter(|probe| {
        let named = |name: &String| name.eq_ignore_ascii_case(probe.requirement);
        (only.is_empty() || only.iter().any(named)) && (disruptive || !probe.disruptive)
    });
    let longer = groundwork_process::wait::longer;
    let outcome = run_each(context, chosen, longer, observe).await;
    // Without a cluster there is nothing to remove, and the checks have said so.
    let _ = test_bed::remove(context).await;
    let _ = req_0_2::remove(context).await;
    let _ = req_0_6::remove(context).await;
    outcome
}

async fn run_each(
    context: &Context,
    probes: impl Iterator<Item = Probe>,
    longer: Longer,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let mut checks = vec![];
    for probe in probes {
        if probe.speed == Speed::Only && !context.judges_speed {
            observe(Event::LeftOut(&probe));
            continue;
        }
        observe(Event::Started(&probe));
        let started = Instant::now();
        let stopwatch = Stopwatch::start();
        let verdict = carry_out(&probe, context, longer).await;
        let (verdict, judged) = match stopwatch.others() {
            Some(others) if verdict.is_err() && context.judges_speed => {
                without_speed(&probe, context, longer, verdict, &others).await
            }
            _ => (verdict, context.judges_speed),
        };
        let check = Check {
            requirement: probe.requirement.into(),
            name: probe.name.into(),
            passed: verdict.is_ok(),
            measured: verdict.unwrap_or_else(|failure| groundwork_process::error::chain(&*failure)),
            bound: probe.wanted(judged),
            seconds: started.elapsed().as_secs_f64(),
        };
        observe(Event::Ended(&check));
        checks.push(check);
    }
    let passed = checks.iter().filter(|check| check.passed).count();
    Outcome {
        passed,
        failed: checks.len() - passed,
        checks,
    }
}

async fn carry_out(probe: &Probe, context: &Context, longer: Longer) -> Verdict {
    let attempt = AssertUnwindSafe((probe.run)(context)).catch_unwind();
    match within_longer(probe.deadline, longer, attempt).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(format!("the check itself broke: {}", words(&*panic)).into()),
        Err(Late(waited)) => Err(format!("no result after {} s", waited.as_secs()).into()),
    }
}

/// What to make of a check that has failed while `others` kept the machine busy, and whether a time was
/// judged: a time that is all it proves is only told, and what it proves besides is looked at again.
async fn without_speed(
    probe: &Probe,
    context: &Context,
    longer: Longer,
    verdict: Verdict,
    others: &str,
) -> (Verdict, bool) {
    match (probe.speed, verdict) {
        (Speed::Only, Err(failure)) if failure.is::<TooSlow>() => {
            (Ok(format!("{failure}; not judged, as {others}")), false)
        }
        (Speed::Also, Err(_)) => {
            let lenient = Context {
                judges_speed: false,
                ..context.clone()
            };
            let verdict = carry_out(probe, &lenient, longer).await;
            let told = verdict.map(|measured| format!("{measured}; {others}"));
            (told, false)
        }
        (_, verdict) => (verdict, context.judges_speed),
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let literal = panic.downcast_ref::<&str>().copied();
    text.or(literal).unwrap_or("no words")
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use futures::future::LocalBoxFuture;

    use super::*;

    fn probe(
        name: &'static str,
        run: for<'a> fn(&'a Context) -> LocalBoxFuture<'a, Verdict>,
    ) -> Probe {
        Probe {
            requirement: "REQ-9.9",
            name,
            bound: "any",
            disruptive: false,
            speed: Speed::No,
            deadline: Duration::from_secs(1),
            run,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_fails_breaks_or_hangs_does_not_stop_the_others() {
        let probes = [
            probe("fails", |_| Box::pin(async { Err("7 of 8".into()) })),
            probe("breaks", |_| {
                Box::pin(async { panic!("index out of range") })
            }),
            probe("hangs", |_| Box::pin(std::future::pending())),
            probe("passes", |_| Box::pin(async { Ok("8 of 8".into()) })),
        ];
        let seen = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::Ended(check) = event {
                seen.lock()
                    .unwrap()
                    .push((check.passed, check.measured.clone()));
            }
        };
        let outcome = run_each(
            &Context::nowhere(),
            probes.into_iter(),
            |same| same,
            &observe,
        )
        .await;
        assert_eq!((outcome.passed, outcome.failed), (1, 3));
        let seen = seen.into_inner().unwrap();
        let seen: Vec<_> = seen
            .iter()
            .map(|(passed, words)| (*passed, &**words))
            .collect();
        assert_eq!(
            seen,
            [
                (false, "7 of 8"),
                (false, "the check itself broke: index out of range"),
                (false, "no result after 1 s"),
                (true, "8 of 8"),
            ]
        );
    }

    #[tokio::test]
    async fn where_speed_is_not_judged_only_its_own_checks_are_left_out_and_named() {
        let context = Context {
            judges_speed: false,
            ..Context::nowhere()
        };
        let works = |_: &Context| -> LocalBoxFuture<'_, Verdict> {
            Box::pin(async { Ok("in 9 s".to_owned()) })
        };
        let probes = [
            probe("is quick", |_| Box::pin(async { Err("9 s".into()) })).only_speed(),
            probe("works, and quickly", works).also_speed(),
            probe("works", works),
        ];
        let left = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::LeftOut(probe) = event {
                left.lock().unwrap().push(probe.name);
            }
        };
        let outcome = run_each(&context, probes.into_iter(), |same| same, &observe).await;
        assert_eq!((outcome.passed, outcome.failed), (2, 0));
        assert_eq!(left.into_inner().unwrap(), ["is quick"]);
        let bounds: Vec<_> = outcome.checks.iter().map(|check| &*check.bound).collect();
        assert_eq!(bounds, ["any (no time is judged)", "any"]);
    }

    #[test]
    fn every_check_whose_bound_is_a_time_says_so() {
        let is_time = |bound: &str| {
            let words: Vec<_> = bound.split([' ', ',', ';']).collect();
            words
                .windows(2)
                .any(|pair| pair[0].parse::<u32>().is_ok() && ["ms", "s", "min"].contains(&pair[1]))
        };
        // A setting that is read.
        let setting = "604800000 ms";
        for probe in probes() {
            if probe.bound != setting {
                let speed = probe.speed != Speed::No;
                assert_eq!(is_time(probe.bound), speed, "{}", probe.name);
            }
        }
    }

    #[test]
    fn what_disturbs_comes_last() {
        let order: Vec<_> = probes().iter().map(|probe| probe.disruptive).collect();
        assert!(order.is_sorted());
        assert!(order.contains(&true));
    }

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names: Vec<_> = probes().iter().map(|probe| probe.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn the_json_has_the_fields_of_the_contract_and_no_others() {
        let check = Check {
            requirement: "REQ-0.1".into(),
            name: "n".into(),
            passed: true,
            measured: "m".into(),
            bound: "b".into(),
            seconds: 1.0,
        };
        assert_eq!(
            serde_json::to_value(&check).unwrap(),
            serde_json::json!({"requirement": "REQ-0.1", "name": "n", "passed": true,
                               "measured": "m", "bound": "b"})
        );
    }
}
