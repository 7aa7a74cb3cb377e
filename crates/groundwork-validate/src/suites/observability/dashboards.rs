//! Dashboards as a browser draws them: their queries, through the console, a few at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use futures::{TryStreamExt as _, future::join_all, stream::FuturesUnordered};
use groundwork_contract::role;
use groundwork_signals::{Error, console::Console};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::{
    panels::{Query, RANGE, STEP, What, queries},
    times::SCRAPED,
};
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Turn, Verdict, judged},
    shared::{signals::console, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "every dashboard draws data, and quickly",
    bound: "< 3 s each, 4 of 5 panels with data at least",
    speed: Speed::Also,
    turn: Turn::Alone,
    run: |context| Box::pin(draw(context)),
    ..Check::GENTLE
}];

/// REQ-0.3: "Dashboard load time: < 3 seconds".
const LOAD: Duration = Duration::from_secs(3);
/// How many of a dashboard's panels must have data, of five: some show faults, and are empty on a healthy stack.
const WITH_DATA: usize = 4;
/// How many requests a browser has at the same host at once.
const AT_ONCE: usize = 6;

/// The console as a browser asks it: requests beyond its limit at once wait for their turn.
struct Browser {
    console: Console,
    turns: Semaphore,
    /// Where the console hands on what is asked of the stores of metrics, logs and traces.
    metrics: String,
    logs: String,
    traces: String,
}

impl Browser {
    async fn get(&self, path: &str, form: &[(&str, &str)]) -> Result<String, Error> {
        let _turn = self.turns.acquire().await;
        self.console.get(path, form).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<String, Error> {
        let _turn = self.turns.acquire().await;
        self.console.post(path, form).await
    }
}

/// A dashboard as it was drawn.
struct Drawn {
    name: String,
    took: Duration,
    panels: usize,
    /// Titles of the panels without data, with the reason where there is one.
    empty: Vec<String>,
}

impl Drawn {
    fn has_data(&self) -> bool {
        self.panels > 0 && (self.panels - self.empty.len()) * 5 >= self.panels * WITH_DATA
    }

    /// Which of its panels are empty.
    fn without(&self) -> String {
        format!("{}: {}", self.name, self.empty.join(", "))
    }
}

async fn draw(context: &Context) -> Verdict {
    let behind = |role| Ok::<_, CheckFailure>(format!("/proxy/{}", context.component(role)?.name));
    let browser = Browser {
        console: console(context)?,
        turns: Semaphore::new(AT_ONCE),
        metrics: behind(role::METRICS)?,
        logs: behind(role::LOGS)?,
        traces: behind(role::TRACES)?,
    };
    // A rate needs two looks at a figure, which a stack that has just started lacks.
    let drawn = wait_for("data on the dashboards", SCRAPED, async || {
        let mut drawn = vec![];
        for dashboard in browser.console.dashboards().await? {
            drawn.push(one(&browser, &dashboard.name).await?);
        }
        match drawn.iter().find(|it| !it.has_data()) {
            None => Ok(drawn),
            Some(it) => Err(CheckFailure::from(it.without())),
        }
    });
    let drawn = drawn.await?;
    if drawn.is_empty() {
        return Err("the console has no dashboard".into());
    }
    let slowest = drawn.iter().max_by_key(|it| it.took);
    let slowest = slowest.map(|it| format!("{} at most ({})", duration(it.took), it.name));
    let held = drawn.iter().all(|it| context.in_time(it.took, LOAD));
    let panels: usize = drawn.iter().map(|it| it.panels).sum();
    let empty = drawn.iter().filter(|it| !it.empty.is_empty());
    let empty: Vec<_> = empty.map(Drawn::without).collect();
    let without = match empty.len() {
        0 => String::new(),
        _ => format!("; without data {}", empty.join("; ")),
    };
    judged(
        held,
        format!(
            "{}; {} dashboards with {panels} panels{without}",
            slowest.unwrap_or_default(),
            drawn.len()
        ),
    )
}

async fn one(browser: &Browser, name: &str) -> Result<Drawn, CheckFailure> {
    let started = Instant::now();
    let queries = queries(&browser.console.dashboard(name).await?);
    let answers = join_all(queries.iter().map(|query| answer(browser, query))).await;
    let took = started.elapsed();
    let panels: BTreeSet<_> = queries.iter().map(|query| &query.panel).collect();
    let with: BTreeSet<_> = answers
        .iter()
        .filter(|(_, answer)| matches!(answer, Ok(true)))
        .map(|(panel, _)| *panel)
        .collect();
    let errors: BTreeMap<_, _> = answers
        .iter()
        .filter_map(|(panel, answer)| Some((*panel, answer.as_ref().err()?)))
        .collect();
    let empty = panels.iter().filter(|panel| !with.contains(**panel));
    let empty = empty.map(|panel| match errors.get(*panel) {
        Some(error) => format!("{panel} ({})", groundwork_process::error::chain(*error)),
        None => (*panel).clone(),
    });
    Ok(Drawn {
        name: name.to_owned(),
        took,
        empty: empty.collect(),
        panels: panels.len(),
    })
}

/// Whether there is data for `query`.
async fn answer<'a>(browser: &Browser, query: &'a Query) -> (&'a String, Result<bool, Error>) {
    (&query.panel, has_data(browser, &query.what).await)
}

async fn has_data(browser: &Browser, what: &What) -> Result<bool, Error> {
    let to = Timestamp::now();
    let (start, end) = ((to - RANGE).to_string(), to.to_string());
    let between = [("start", &*start), ("end", &*end)];
    let figures = async |path: &str, query: &str, step: &str| {
        let form = [&[("query", query), ("step", step)], &between[..]].concat();
        let text = browser.post(path, &form).await?;
        let answer: Value = read(path, &text)?;
        let series = answer["data"]["result"].as_array();
        Ok(series.is_some_and(|series| !series.is_empty()))
    };
    match what {
        What::Metrics(query) => {
            let path = format!("{}/api/v1/query_range", browser.metrics);
            figures(&path, query, &STEP.to_string()).await
        }
        What::Figures(query) => {
            let path = format!("{}/select/logsql/stats_query_range", browser.logs);
            figures(&path, query, &format!("{STEP}s")).await
        }
        What::Lines { query, limit } => {
            let limit = limit.to_string();
            let path = format!("{}/select/logsql/query", browser.logs);
            let form = [&[("query", &**query), ("limit", &*limit)], &between[..]].concat();
            Ok(!browser.post(&path, &form).await?.trim().is_empty())
        }
        What::Traces { .. } => traces(browser, what, [&start, &end]).await,
        What::Unknown(kind) => Err(Error::Unexpected {
            url: kind.clone(),
            found: "a query of another kind".into(),
            wanted: "one that the console draws",
        }),
    }
}

/// Jaeger searches one service at a time; all of them are so many questions.
async fn traces(browser: &Browser, what: &What, [start, end]: [&str; 2]) -> Result<bool, Error> {
    let What::Traces {
        service,
        operation,
        minimum,
        errors,
        limit,
    } = what
    else {
        return Ok(false);
    };
    let services = match service.as_str() {
        "" => {
            let path = format!("{}/api/v3/services", browser.traces);
            let text = browser.get(&path, &[]).await?;
            let answer: Value = read(&path, &text)?;
            let names = answer["services"].as_array().cloned().unwrap_or_default();
            let names = names.iter().filter_map(|name| name.as_str());
            names.map(str::to_owned).collect()
        }
        name => vec![name.to_owned()],
    };
    let limit = limit.to_string();
    let path = format!("{}/api/v3/traces", browser.traces);
    let ask = |service: String| {
        let (limit, path) = (&limit, &path);
        async move {
            let mut query = vec![
                ("query.service_name", &*service),
                ("query.start_time_min", start),
                ("query.start_time_max", end),
                ("query.search_depth", limit),
            ];
            let more = [
                ("query.operation_name", &**operation),
                ("query.duration_min", &**minimum),
                (
                    "query.attributes",
                    if *errors { r#"{"error":"true"}"# } else { "" },
                ),
            ];
            query.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
            match browser.get(path, &query).await {
                Ok(text) => Ok(text.contains("\"spans\"")),
                // That is how it says that there is none.
                Err(Error::Refused { status: 404, .. }) => Ok(false),
                Err(error) => Err(error),
            }
        }
    };
    let found: FuturesUnordered<_> = services.into_iter().map(ask).collect();
    found.try_any(|found| async move { found }).await
}

fn read(path: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|source| Error::Unreadable {
        url: path.to_owned(),
        source,
    })
}
