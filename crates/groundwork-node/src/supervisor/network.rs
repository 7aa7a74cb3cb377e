//! The network as Prometheus sees it: the supervisor is the only one that can start packets inside of
//! pods without a pod of its own. node-exporter's textfile collector reads what it finds.

use std::{fmt::Write, thread, time::Duration};

use jiff::Timestamp;

use crate::{
    error::Error,
    links::{self, LinkState},
    state::{self, StateDir},
};

/// Between two rounds; each takes milliseconds.
const EVERY: Duration = Duration::from_secs(30);

/// Tries the ways that packets take again and again, as long as the process lives.
pub fn watch(state: StateDir) {
    thread::spawn(move || {
        let mut told = Vec::new();
        loop {
            match look(&state) {
                Ok(links) if links != told => {
                    for (link, reason) in broken(&links) {
                        tracing::warn!("{link}: {reason}");
                    }
                    told = links;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!("{error}"),
            }
            #[expect(clippy::disallowed_methods, reason = "it looks for ever")]
            thread::sleep(EVERY);
        }
    });
}

fn look(state: &StateDir) -> Result<Vec<LinkState>, Error> {
    let links = links::links(state, &[])?;
    state::create_open_dir(&state.metrics(), 0o755)?;
    let path = state.metrics().join("network.prom");
    state::write_open(&path, &exposition(&links, Timestamp::now()))?;
    Ok(links)
}

fn broken(links: &[LinkState]) -> impl Iterator<Item = (&str, &str)> {
    links
        .iter()
        .filter_map(|link| Some((link.name, link.broken.as_deref()?)))
}

/// `links` in Prometheus' text format.
fn exposition(links: &[LinkState], now: Timestamp) -> String {
    let mut text = String::from(
        "# HELP groundwork_link_up Whether packets arrive on a way that they take on the node.\n\
         # TYPE groundwork_link_up gauge\n",
    );
    for link in links {
        let up = u8::from(link.broken.is_none());
        // A String takes everything.
        let _ = writeln!(text, "groundwork_link_up{{link=\"{}\"}} {up}", link.name);
    }
    text + &format!(
        "# HELP groundwork_links_tried_timestamp_seconds When the supervisor tried them last.\n\
         # TYPE groundwork_links_tried_timestamp_seconds gauge\n\
         groundwork_links_tried_timestamp_seconds {}\n",
        now.as_second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_is_a_series_and_the_time_another() {
        let link = |name, broken: Option<&str>| LinkState {
            name,
            broken: broken.map(Into::into),
        };
        let links = [
            link("pod to pod", Some("no answer")),
            link("pod to Service", None),
        ];
        let text = exposition(&links, Timestamp::from_second(1_795_993_200).unwrap());
        let samples: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            samples,
            [
                "groundwork_link_up{link=\"pod to pod\"} 0",
                "groundwork_link_up{link=\"pod to Service\"} 1",
                "groundwork_links_tried_timestamp_seconds 1795993200",
            ]
        );
        assert_eq!(
            broken(&links).collect::<Vec<_>>(),
            [("pod to pod", "no answer")]
        );
    }
}
