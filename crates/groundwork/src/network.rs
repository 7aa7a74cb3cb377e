//! The component `network`: whether packets arrive where the stack sends them, and what on this
//! machine may keep them from it.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use groundwork_apply::Endpoint;
use groundwork_contract::{ComponentState, Phase, Progress, Report, Stack};
use groundwork_node::{self as node, ForeignChain, StateDir, foreign_chains};
use groundwork_process::wait::{self, Wait};

use crate::failure::Failure;

/// As `status` and `up` call it.
const NAME: &str = "network";
/// For packets to arrive once everything is ready: the last Service's rules are a moment behind.
const DEADLINE: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_millis(200);
/// After which packets that do not arrive are blamed on a foreign chain while the node starts: its own
/// rules are there within seconds.
const BLAME: Duration = Duration::from_secs(20);
const BLAME_EVERY: Duration = Duration::from_secs(2);
/// What a chain in the way leaves broken, and a node that starts has first.
const FIRST: [&str; 2] = ["pod to pod", "pod to API server"];

/// A way on which packets do not arrive.
struct Broken {
    link: &'static str,
    reason: String,
}

/// Its state as `status` shows it. `stack` has the program that lists foreign chains.
pub fn component(
    state: &StateDir,
    stack: Option<&Stack>,
    endpoints: &[Endpoint],
) -> ComponentState {
    let reason = match broken(state, &services(endpoints)) {
        Ok(broken) if broken.is_empty() => String::new(),
        Ok(broken) => told(&broken, &in_the_way(stack)),
        Err(error) => error.to_string(),
    };
    ComponentState {
        name: NAME.into(),
        ready: reason.is_empty(),
        restarts: 0,
        memory_bytes: 0,
        reason,
    }
}

/// Waits until packets arrive on every way.
///
/// # Errors
/// A [`Failure`] that names the ways on which they do not, and what may be the reason.
pub fn wait(
    state: &StateDir,
    stack: &Stack,
    endpoints: &[Endpoint],
    report: &Report,
) -> anyhow::Result<()> {
    let services = services(endpoints);
    let mut broken = Vec::new();
    let whole = || {
        broken = self::broken(state, &services).map_err(|error| error.to_string())?;
        if broken.is_empty() {
            return Ok(());
        }
        let reason = told(&broken, &[]);
        report(Progress::new(NAME, Phase::Waiting, &reason));
        Err(reason)
    };
    let waited = Wait::new("the network", DEADLINE)
        .every(EVERY)
        .until(whole)
        .block();
    match waited {
        Ok(()) => {
            report(Progress::new(NAME, Phase::Ready, ""));
            Ok(())
        }
        // What failed otherwise has its own words.
        Err(error) if broken.is_empty() => Err(error.into()),
        Err(_) => Err(failure(&broken, &in_the_way(Some(stack))).into()),
    }
}

/// Where there are foreign chains: waits until packets have not arrived for long, and says so, as `up`
/// would otherwise end with what only follows from it. None when all went well within `patience`.
pub fn blame(state: &StateDir, stack: &Stack, patience: Duration) -> Option<Failure> {
    let chains = in_the_way(Some(stack));
    if chains.is_empty() {
        return None;
    }
    let mut since = Instant::now();
    let dropped = || {
        let mut broken = self::broken(state, &[]).unwrap_or_default();
        broken.retain(|it| FIRST.contains(&it.link));
        if broken.is_empty() {
            since = Instant::now();
        }
        match wait::is_over(since.elapsed(), BLAME) {
            true => Ok(failure(&broken, &chains)),
            false => Err(told(&broken, &chains)),
        }
    };
    let wait = Wait::new("packets that are dropped", patience).exactly();
    wait.every(BLAME_EVERY).until(dropped).block().ok()
}

/// The ways on which packets do not arrive.
fn broken(state: &StateDir, services: &[SocketAddr]) -> Result<Vec<Broken>, node::Error> {
    let links = node::links(state, services)?.into_iter();
    let broken = links.filter_map(|it| {
        Some(Broken {
            link: it.name,
            reason: it.broken?,
        })
    });
    Ok(broken.collect())
}

/// The foreign chains, as far as they can be listed.
fn in_the_way(stack: Option<&Stack>) -> Vec<ForeignChain> {
    let nft = stack.and_then(|stack| stack.program("nft").ok());
    let listed = nft.map(foreign_chains).transpose();
    listed.ok().flatten().unwrap_or_default()
}

/// Where the stack answers on loopback by itself; a name leads to one of them.
fn services(endpoints: &[Endpoint]) -> Vec<SocketAddr> {
    let mut services: Vec<_> = endpoints.iter().filter_map(Endpoint::socket).collect();
    services.sort_unstable();
    services.dedup();
    services
}

/// One line about all of it.
fn told(broken: &[Broken], chains: &[ForeignChain]) -> String {
    let links = broken
        .iter()
        .map(|it| format!("{}: {}", it.link, it.reason));
    let chains = chains
        .iter()
        .map(|chain| format!("{chain} drops what it does not know"));
    links.chain(chains).collect::<Vec<_>>().join("; ")
}

fn failure(broken: &[Broken], chains: &[ForeignChain]) -> Failure {
    let message = format!("packets do not arrive: {}", told(broken, chains));
    if chains.is_empty() {
        return Failure::stack(message)
            .hint("look for what drops them: nft list ruleset; iptables-legacy -S");
    }
    let remedies: Vec<_> = chains.iter().map(|chain| &*chain.remedy).collect();
    Failure::machine(message).hint(remedies.join("\n      "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn each_service_is_tried_once_and_names_are_not() {
        let endpoint = |url: &str| Endpoint {
            name: url.into(),
            url: url.into(),
        };
        let endpoints = [
            "http://127.0.0.1:8080/hello",
            "http://hello.localhost:8080",
            "127.0.0.1:9092",
            "http://127.0.0.1:8080",
        ];
        let services = services(&endpoints.map(endpoint));
        let words: Vec<_> = services.iter().map(SocketAddr::to_string).collect();
        assert_eq!(words, ["127.0.0.1:8080", "127.0.0.1:9092"]);
    }

    #[test]
    fn a_broken_link_is_the_stack_s_failure_without_a_foreign_chain() {
        let broken = Broken {
            link: "pod to pod",
            reason: "no answer".into(),
        };
        let error = failure(&[broken], &[]);
        assert_eq!(error.exit(), Exit::Failed);
        assert_eq!(
            error.to_string(),
            "packets do not arrive: pod to pod: no answer"
        );
        assert!(error.remedy().unwrap().contains("nft list ruleset"));
    }
}
