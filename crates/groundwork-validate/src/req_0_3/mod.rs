//! REQ-0.3: metrics, logs and traces of everything, found in a second, kept as long as they must be,
//! with alerts that arrive.

mod alerts;
mod collected;
mod console;
mod dashboards;
mod disruptive;
mod killed;
mod lines;
pub(crate) mod order;
mod panels;
mod pod;
mod retention;
mod search;
mod spans;
pub(crate) mod tree;

use std::time::Duration;

use groundwork_signals::{console::Console, logs::Logs, metrics::Metrics, traces::Traces};
use groundwork_stack::role;

use crate::{Context, Failure, Probe, Requirement};

const THIS: Requirement = Requirement("REQ-0.3");

/// What the checks' own writers and lines are called.
pub(crate) const SERVICE: &str = "groundwork-check";

/// REQ-0.3: "Query response time: < 1 second".
const QUERY: Duration = Duration::from_secs(1);

/// For what was just written to be found: the writer's, the collector's and the server's batches.
pub(crate) const FOUND: Duration = Duration::from_secs(60);

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        THIS.gentle(
            "everything that has metrics is collected",
            "every job and service of the stack, all up",
            |context| Box::pin(collected::all_up(context)),
        ),
        THIS.gentle(
            "a new pod with the usual annotation is collected without being named",
            "its own metric with its own value",
            |context| Box::pin(collected::new_pod(context)),
        ),
        THIS.gentle(
            "a metric query over a day is answered quickly",
            "< 1 s each, with an answer",
            |context| Box::pin(collected::queries(context)),
        )
        .only_speed(),
        THIS.gentle(
            "every rule works",
            "recording and alerting rules, no error",
            |context| Box::pin(collected::rules(context)),
        ),
        // A condition is seen, told, unseen and told again.
        THIS.gentle(
            "an alert fires, arrives and resolves",
            "firing and resolved, in Alertmanager and in the receiver's log",
            |context| Box::pin(alerts::fires_and_resolves(context)),
        )
        .within(Duration::from_secs(420)),
        THIS.gentle(
            "a fresh line of hello is found by service and time",
            "< 1 s, only hello's, only of that time",
            |context| Box::pin(lines::fresh(context)),
        )
        .also_speed(),
        THIS.gentle(
            "the lines of a request are found by its trace",
            "a line of hello at least, each with its level",
            |context| Box::pin(lines::of_a_trace(context)),
        ),
        THIS.gentle(
            "a search in a million lines is quick",
            "< 1 s each, with the right answer",
            |context| Box::pin(search::million(context)),
        )
        .only_speed(),
        THIS.gentle(
            "a request through three services is one trace",
            "hello, hello-publisher, hello-consumer; right parents and times; read in < 1 s",
            |context| Box::pin(spans::through_three(context)),
        )
        .also_speed(),
        THIS.gentle(
            "rate, errors and duration of hello come from its spans",
            "as many calls more as requests were made at least, and a 95th percentile",
            |context| Box::pin(spans::counted(context)),
        ),
        THIS.gentle(
            "metrics, logs and traces are kept as long as they must be",
            "30 d, 14 d by the running servers, 7 d by Jaeger's configuration",
            |context| Box::pin(retention::settings(context)),
        ),
        THIS.gentle(
            "lines that are too old are not kept",
            "one of 13 days ago is found, one of 15 days ago is not",
            |context| Box::pin(retention::enforced(context)),
        ),
        THIS.gentle(
            "every dashboard draws data, and quickly",
            "< 3 s each, 4 of 5 panels with data at least",
            |context| Box::pin(dashboards::draw(context)),
        )
        .also_speed(),
        THIS.gentle(
            "the console is for this machine, and only looks",
            "403 for another host, page or site; 403 or 405 for what writes",
            |context| Box::pin(console::refuses(context)),
        ),
        THIS.disruptive(
            "metrics, lines and traces survive `down` and `up`",
            "a sample, a line and a trace of before",
            |context| Box::pin(disruptive::down_and_up(context)),
        ),
        THIS.disruptive(
            "a restart of VictoriaLogs loses no line and repeats none",
            "lines: 0 missing, 0 twice; spans: 0 missing",
            |context| Box::pin(killed::restarted(context)),
        ),
        THIS.disruptive(
            "kill -9 of Prometheus loses no sample",
            "the last samples before each kill; lines and spans: 0 missing",
            |context| Box::pin(killed::prometheus(context)),
        ),
        THIS.disruptive(
            "kill -9 of VictoriaLogs loses no line",
            "lines and spans: 0 missing",
            |context| Box::pin(killed::victorialogs(context)),
        ),
        THIS.disruptive(
            "kill -9 of Jaeger loses no span",
            "lines and spans: 0 missing",
            |context| Box::pin(killed::jaeger(context)),
        ),
        THIS.disruptive(
            "kill -9 of the collector loses no line and no span",
            "lines and spans: 0 missing",
            |context| Box::pin(killed::collector(context)),
        ),
    ]
}

pub(crate) fn metrics(context: &Context) -> Result<Metrics, Failure> {
    Ok(Metrics::new(&context.endpoint(role::METRICS)?)?)
}

pub(crate) fn logs(context: &Context) -> Result<Logs, Failure> {
    Ok(Logs::new(&context.endpoint(role::LOGS)?)?)
}

pub(crate) fn traces(context: &Context) -> Result<Traces, Failure> {
    Ok(Traces::new(&context.endpoint(role::TRACES)?)?)
}

pub(crate) fn console(context: &Context) -> Result<Console, Failure> {
    Ok(Console::new(&context.endpoint(role::UI)?)?)
}

/// A name that no other run has: a word, so that it can be searched for.
pub(crate) fn run_name() -> String {
    format!("check{}", jiff::Timestamp::now().as_microsecond())
}
