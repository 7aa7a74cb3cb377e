//! Log lines of the stack's own services: found by service, time and trace.

use std::{collections::BTreeSet, time::Instant};

use groundwork_signals::{
    Window,
    logs::{Line, of_service, quoted},
};
use jiff::SignedDuration;

use super::times::QUERY;
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, judged},
    shared::{
        order,
        signals::{FOUND, logs},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.3",
        name: "a fresh line of hello is found by service and time",
        bound: "< 1 s, only hello's, only of that time",
        speed: Speed::Also,
        run: |context| Box::pin(fresh(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.3",
        name: "the lines of a request are found by its trace",
        bound: "a line of hello at least, each with its level",
        run: |context| Box::pin(of_a_trace(context)),
        ..Check::GENTLE
    },
];

/// The service that takes the order first, and the one that takes it from there.
const FIRST: &str = "hello";
const SECOND: &str = "hello-publisher";

async fn fresh(context: &Context) -> Verdict {
    let logs = logs(context)?;
    let order = order::send(context).await?;
    let started = Instant::now();
    let window = Window::since(order.sent);
    let query = format!("{} {window}", of_service(FIRST));
    let found = wait_for("the line", FOUND, async || {
        let asked = Instant::now();
        let lines = logs.search(&query).await?;
        let took = asked.elapsed();
        match lines.iter().any(|line| line.mentions(&order.trace)) {
            true => Ok((lines, took)),
            false => Err(CheckFailure::from(format!("{} other lines", lines.len()))),
        }
    });
    let (lines, took) = found.await?;
    let after = started.elapsed();

    let minute = SignedDuration::from_secs(60);
    let before = Window {
        from: order.sent - minute,
        to: order.sent,
    };
    let earlier = format!("{} {before}", of_service(FIRST));
    let earlier = logs.search(&earlier).await?;
    let others = format!("{} {window}", of_service(SECOND));
    let others = logs.search(&others).await?;
    let wrong = strangers(&lines, FIRST, window)
        + strangers(&earlier, FIRST, before)
        + strangers(&others, SECOND, window);
    judged(
        context.in_time(took, QUERY) && wrong == 0,
        format!(
            "found in {}, {} after the request; {} lines, {wrong} of another service or time",
            duration(took),
            duration(after),
            lines.len()
        ),
    )
}

/// How many of `lines` are not of `service` or not of that time.
fn strangers(lines: &[Line], service: &str, window: Window) -> usize {
    let ours = |line: &&Line| {
        line.service() == service && line.time().is_some_and(|time| window.contains(time))
    };
    lines.len() - lines.iter().filter(ours).count()
}

async fn of_a_trace(context: &Context) -> Verdict {
    let logs = logs(context)?;
    let order = order::send(context).await?;
    let window = Window::since(order.sent);
    let query = format!("{window} trace_id:={}", quoted(&order.trace));
    let lines = wait_for("its lines", FOUND, async || {
        let lines = logs.search(&query).await?;
        match lines.iter().any(|line| line.service() == FIRST) {
            true => Ok(lines),
            false => Err(CheckFailure::from(format!(
                "{} of other services",
                lines.len()
            ))),
        }
    });
    let lines = lines.await?;
    let services: BTreeSet<_> = lines.iter().map(Line::service).collect();
    let levels: BTreeSet<_> = lines.iter().map(|it| it.field("severity_text")).collect();
    let services: Vec<_> = services.into_iter().collect();
    let all: Vec<_> = levels.iter().copied().collect();
    judged(
        !levels.contains("") && !levels.contains("unspecified"),
        format!(
            "{} lines of {}, of level '{}'",
            lines.len(),
            services.join(", "),
            all.join("', '")
        ),
    )
}
