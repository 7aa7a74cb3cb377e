//! Runs the checks as their turns say, so that none stops the others. On a machine that is busy with something else,
//! times are reported and not judged.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::join_all};
use groundwork_contract::{CheckResult, Outcome};
use groundwork_process::{
    error::chain,
    wait::{Late, within},
};
use tokio::time::Instant;

use super::{
    busy::Stopwatch,
    check::{Check, Speed, Turn},
    context::Context,
    verdict::{TooSlow, Verdict},
};

/// What happens during a run.
pub enum Event<'a> {
    /// A check is about speed alone, which is not judged.
    LeftOut(&'a Check),
    /// A check begins.
    Started(&'a Check),
    /// A check has ended.
    Ended(&'a CheckResult),
}

/// Runs `checks` as their turns say, and tells `observe` about each. The results have the checks' own order.
pub(crate) async fn run(
    context: &Context,
    checks: impl Iterator<Item = Check>,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let checks = checks.map(|check| Check {
        turn: turn(&check, context.judges_speed),
        ..check
    });
    let mut results = vec![];
    for step in steps(checks) {
        let lanes = step.iter().map(async |lane| {
            let mut results = vec![];
            for (place, check) in lane {
                let result = one(context, check, observe).await;
                results.extend(result.map(|it| (*place, it)));
            }
            results
        });
        results.extend(join_all(lanes).await.concat());
    }
    results.sort_by_key(|(place, _)| *place);
    Outcome::of(results.into_iter().map(|(_, result)| result).collect())
}

/// When a check runs. One whose time is judged has no others beside it, unless it mostly waits.
fn turn(check: &Check, judges_speed: bool) -> Turn {
    match check.turn {
        Turn::Lane(_) if judges_speed && check.speed == Speed::Also => Turn::Alone,
        turn => turn,
    }
}

/// Checks that run one after the other, each with its place among all.
type Lane = Vec<(usize, Check)>;

/// What runs one after the other: first all lanes at the same time, then what runs alone and the groups.
fn steps(checks: impl Iterator<Item = Check>) -> Vec<Vec<Lane>> {
    let (mut lanes, mut alone): (Vec<Lane>, Vec<Vec<Lane>>) = (vec![], vec![]);
    for (place, check) in checks.enumerate() {
        let same = |lane: &Lane| lane[0].1.turn == check.turn;
        match check.turn {
            Turn::Lane(_) => match lanes.iter_mut().find(|lane| same(lane)) {
                Some(lane) => lane.push((place, check)),
                None => lanes.push(vec![(place, check)]),
            },
            Turn::Aside => lanes.push(vec![(place, check)]),
            Turn::Alone => alone.push(vec![vec![(place, check)]]),
            Turn::Group(_) => match alone.iter_mut().find(|group| same(&group[0])) {
                Some(group) => group.push(vec![(place, check)]),
                None => alone.push(vec![vec![(place, check)]]),
            },
        }
    }
    alone.insert(0, lanes);
    alone
}

/// Runs one check; nothing comes of one that is left out.
async fn one(context: &Context, check: &Check, observe: &dyn Fn(Event<'_>)) -> Option<CheckResult> {
    if check.speed == Speed::Only && !context.judges_speed {
        observe(Event::LeftOut(check));
        return None;
    }
    observe(Event::Started(check));
    if check.speed == Speed::Only {
        // Builds of other checks leave gigabytes to be written, and a speed beside that would be the disk's.
        let _ = tokio::task::spawn_blocking(rustix::fs::sync).await;
    }
    let started = Instant::now();
    let stopwatch = Stopwatch::start();
    let verdict = carry_out(check, context).await;
    let (verdict, judged) = match stopwatch.others() {
        Some(others) if verdict.is_err() && context.judges_speed => {
            without_speed(check, context, verdict, &others).await
        }
        _ => (verdict, context.judges_speed),
    };
    let result = CheckResult {
        requirement: check.requirement.into(),
        name: check.name.into(),
        passed: verdict.is_ok(),
        measured: verdict.unwrap_or_else(|failure| chain(&*failure)),
        bound: check.wanted(judged),
        seconds: started.elapsed().as_secs_f64(),
    };
    observe(Event::Ended(&result));
    Some(result)
}

async fn carry_out(check: &Check, context: &Context) -> Verdict {
    let attempt = AssertUnwindSafe((check.run)(context)).catch_unwind();
    match within(check.deadline, attempt).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(format!("the check itself broke: {}", words(&*panic)).into()),
        Err(Late(waited)) => Err(format!("no result after {} s", waited.as_secs()).into()),
    }
}

/// What to make of a check that has failed while `others` kept the machine busy, and whether a time was
/// judged: a time that is all it proves is only told, and what it proves besides is looked at again.
async fn without_speed(
    check: &Check,
    context: &Context,
    verdict: Verdict,
    others: &str,
) -> (Verdict, bool) {
    match (check.speed, verdict) {
        (Speed::Only, Err(failure)) if failure.is::<TooSlow>() => {
            (Ok(format!("{failure}; not judged, as {others}")), false)
        }
        (Speed::Also, Err(_)) => {
            let lenient = Context {
                judges_speed: false,
                ..context.clone()
            };
            let verdict = carry_out(check, &lenient).await;
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
    use crate::runner::check::Run;

    fn check(name: &'static str, run: Run) -> Check {
        Check {
            requirement: "REQ-9.9",
            name,
            bound: "any",
            deadline: Duration::from_secs(1),
            run,
            ..Check::GENTLE
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_fails_breaks_or_hangs_does_not_stop_the_others() {
        let checks = [
            check("fails", |_| Box::pin(async { Err("7 of 8".into()) })),
            check("breaks", |_| {
                Box::pin(async { panic!("index out of range") })
            }),
            check("hangs", |_| Box::pin(std::future::pending())),
            check("passes", |_| Box::pin(async { Ok("8 of 8".into()) })),
        ];
        let seen = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::Ended(check) = event {
                seen.lock()
                    .unwrap()
                    .push((check.passed, check.measured.clone()));
            }
        };
        let outcome = run(&Context::nowhere(), checks.into_iter(), &observe).await;
        assert_eq!((outcome.passed, outcome.failed), (1, 3));
        let seen = seen.into_inner().unwrap();
        let seen: Vec<_> = seen
            .iter()
            // How long depends on the machine.
            .map(|(passed, words)| (*passed, words.split(" after ").next().unwrap_or_default()))
            .collect();
        assert_eq!(
            seen,
            [
                (false, "7 of 8"),
                (false, "the check itself broke: index out of range"),
                (false, "no result"),
                (true, "8 of 8"),
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn lanes_run_at_the_same_time_then_groups_and_what_runs_alone() {
        // Each goes on once the others had a turn.
        let slow: Run = |_| {
            Box::pin(async {
                tokio::task::yield_now().await;
                Ok("done".into())
            })
        };
        let of = |name, turn| Check {
            turn,
            ..check(name, slow)
        };
        let checks = [
            of("alone", Turn::Alone),
            of("a1", Turn::Lane("a")),
            of("one", Turn::Group("both")),
            of("b1", Turn::Lane("b")),
            of("aside", Turn::Aside),
            of("a2", Turn::Lane("a")),
            of("other", Turn::Group("both")),
        ];
        let seen = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            seen.lock().unwrap().push(match event {
                Event::Started(check) => format!("{} begins", check.name),
                Event::Ended(result) => format!("{} ends", result.name),
                Event::LeftOut(check) => check.name.into(),
            });
        };
        let outcome = run(&Context::nowhere(), checks.into_iter(), &observe).await;
        let expected = [
            "a1 begins",
            "b1 begins",
            "aside begins",
            "a1 ends",
            "a2 begins",
            "b1 ends",
            "aside ends",
            "a2 ends",
            "alone begins",
            "alone ends",
            "one begins",
            "other begins",
            "one ends",
            "other ends",
        ];
        assert_eq!(seen.into_inner().unwrap(), expected);
        let names = outcome.checks.iter().map(|it| &*it.name);
        assert!(names.eq(checks.iter().map(|it| it.name)));
    }

    #[test]
    fn a_time_is_judged_where_nothing_else_runs() {
        let of = |speed, turn| Check {
            speed,
            turn,
            ..Check::GENTLE
        };
        let lane = Turn::Lane("a");
        assert_eq!(turn(&of(Speed::Also, lane), true), Turn::Alone);
        assert_eq!(turn(&of(Speed::Also, lane), false), lane);
        assert_eq!(turn(&of(Speed::No, lane), true), lane);
        assert_eq!(turn(&of(Speed::Also, Turn::Aside), true), Turn::Aside);
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
        let checks = [
            Check {
                speed: Speed::Only,
                ..check("is quick", |_| Box::pin(async { Err("9 s".into()) }))
            },
            Check {
                speed: Speed::Also,
                ..check("works, and quickly", works)
            },
            check("works", works),
        ];
        let left = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::LeftOut(check) = event {
                left.lock().unwrap().push(check.name);
            }
        };
        let outcome = run(&context, checks.into_iter(), &observe).await;
        assert_eq!((outcome.passed, outcome.failed), (2, 0));
        assert_eq!(left.into_inner().unwrap(), ["is quick"]);
        let bounds: Vec<_> = outcome.checks.iter().map(|check| &*check.bound).collect();
        assert_eq!(bounds, ["any (no time is judged)", "any"]);
    }
}
