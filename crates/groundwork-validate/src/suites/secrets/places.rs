//! The places where a value must not be: how each is searched, and whether the search could have
//! found it. Each is known to have the secret's name.

use std::{collections::BTreeSet, fs, path::PathBuf, time::Duration};

use groundwork_signals::Window;
use k8s_openapi::api::core::v1::Event;
use kube::{Api, api::ListParams};
use tokio::time::{MissedTickBehavior, interval};

use super::texts::{Texts, sweep};
use crate::{
    runner::{CheckFailure, Context, Verdict, blocking},
    shared::{
        objects::plain,
        signals::{logs, traces},
    },
};

/// Between two looks at all processes: none that starts the launcher is as short.
const PAUSE: Duration = Duration::from_millis(20);
/// Which of the texts is the secret's name. The others are its values.
const NAME: usize = 0;

/// What was found in the places.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What was looked at, for a person.
    looked: Vec<String>,
    /// Where a value is.
    values: BTreeSet<String>,
    /// Places that lack even the name, where the search proves nothing.
    blind: BTreeSet<&'static str>,
}

impl Found {
    /// Adds what was found in `place`, in which `what` was looked at.
    pub(super) fn add(&mut self, place: &'static str, what: String, found: &BTreeSet<usize>) {
        self.looked.push(what);
        if !found.contains(&NAME) {
            self.blind.insert(place);
        }
        if found.iter().any(|text| *text != NAME) {
            self.values.insert(place.into());
        }
    }

    /// Adds a file, or another place, that has a value.
    fn add_value(&mut self, place: String) {
        self.values.insert(place);
    }

    /// Whether no value is anywhere, and that is certain.
    pub(super) fn verdict(self) -> Verdict {
        let looked = self.looked.join(", ");
        if !self.values.is_empty() {
            let places: Vec<_> = self.values.into_iter().collect();
            return Err(format!("a value is in {} (of {looked})", places.join(", ")).into());
        }
        if !self.blind.is_empty() {
            let places: Vec<_> = self.blind.into_iter().collect();
            let places = places.join(", ");
            return Err(format!("even the secret's name is not in {places} (of {looked})").into());
        }
        Ok(format!("in none of {looked}"))
    }
}

/// Does `work` while the command lines and environments of all processes are watched.
pub(super) async fn watching<T>(
    texts: &Texts,
    found: &mut Found,
    work: impl Future<Output = Result<T, CheckFailure>>,
) -> Result<T, CheckFailure> {
    let (mut all, mut looks) = (BTreeSet::new(), 0_usize);
    let looking = async {
        let mut pace = interval(PAUSE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pace.tick().await;
            let texts = texts.clone();
            let (seen, read) = blocking(move || processes(&texts)).await?;
            all.extend(seen);
            looks += read;
        }
    };
    let done = tokio::select! {
        done = work => done?,
        failed = looking => {
            let failed: Result<(), CheckFailure> = failed;
            return Err(failed.err().unwrap_or_else(|| "the watch has ended".into()));
        }
    };
    found.add("a process", format!("{looks} process lists"), &all);
    Ok(done)
}

/// What is in the command lines and environments of all processes, and how many those are.
fn processes(texts: &Texts) -> Result<(BTreeSet<usize>, usize), CheckFailure> {
    let (mut found, mut looks) = (BTreeSet::new(), 0);
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str());
        if number.is_none_or(|name| name.parse::<u32>().is_err()) {
            continue;
        }
        for file in ["cmdline", "environ"] {
            // A process that has ended meanwhile lacks both; a kernel thread lacks an environment.
            if let Ok(bytes) = fs::read(path.join(file)) {
                found.append(&mut texts.within(&bytes));
                looks += 1;
            }
        }
    }
    Ok((found, looks))
}

/// Every file of the state directory: etcd's, all logs, the volumes of the stack's servers.
pub(super) async fn files(
    context: &Context,
    texts: &Texts,
    found: &mut Found,
) -> Result<(), CheckFailure> {
    let (root, texts) = (context.state.root().to_path_buf(), texts.clone());
    let sweep = blocking(move || sweep(&root, &texts)).await?;
    let what = format!("{} files ({} MB)", sweep.files, sweep.bytes / 1_000_000);
    let in_files = |(text, path): &(usize, PathBuf)| (*text, path.display().to_string());
    let all: Vec<_> = sweep.found.iter().map(in_files).collect();
    for (_, path) in all.iter().filter(|(text, _)| *text != NAME) {
        found.add_value(path.clone());
    }
    let names = all.iter().map(|(text, _)| *text);
    found.add("the state directory", what, &names.collect());
    Ok(())
}

/// Every log line of `window`, the API's audit records among them.
pub(super) async fn lines(
    context: &Context,
    window: Window,
    texts: &Texts,
    found: &mut Found,
) -> Result<(), CheckFailure> {
    let lines = logs(context)?.search(&window.to_string()).await?;
    let mut all = BTreeSet::new();
    for line in &lines {
        let of_line = line.values().flat_map(|text| texts.within(text.as_bytes()));
        let of_line: BTreeSet<_> = of_line.collect();
        if of_line.iter().any(|text| *text != NAME) {
            found.add_value(format!("a line of {}", line.service()));
        }
        all.extend(of_line);
    }
    let what = format!("{} log lines and audit records", lines.len());
    found.add("a log line", what, &all);
    Ok(())
}

/// Every trace of `window`; those of each of `services` are known to have the name.
pub(super) async fn spans(
    context: &Context,
    window: Window,
    services: &[&str],
    texts: &Texts,
    found: &mut Found,
) -> Result<(), CheckFailure> {
    let traces = traces(context)?;
    let (mut all, mut bytes, mut named) = (BTreeSet::new(), 0, 0);
    let written = traces.services().await?;
    for service in &written {
        let text = traces.text(service, window).await?;
        let here = texts.within(text.as_bytes());
        named += usize::from(services.contains(&&**service) && here.contains(&NAME));
        bytes += text.len();
        all.extend(here);
    }
    if named < services.len() {
        all.remove(&NAME);
    }
    let what = format!(
        "{} KB of traces of {} services",
        bytes / 1000,
        written.len()
    );
    found.add("a trace", what, &all);
    Ok(())
}

/// Every event of the cluster.
pub(super) async fn events(
    context: &Context,
    texts: &Texts,
    found: &mut Found,
) -> Result<(), CheckFailure> {
    let cluster = context.cluster().await?;
    let events: Api<Event> = Api::all(cluster.client().clone());
    let events = events.list(&ListParams::default()).await.map_err(plain)?;
    let text = serde_json::to_vec(&events.items)?;
    let what = format!("{} events", events.items.len());
    found.add("an event", what, &texts.within(&text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_anywhere_fails_and_its_place_is_named() {
        let mut found = Found::default();
        found.add("an event", "7 events".into(), &[0].into());
        found.add("a trace", "9 KB".into(), &[0, 2].into());
        let error = found.verdict().unwrap_err().to_string();
        assert_eq!(error, "a value is in a trace (of 7 events, 9 KB)");
    }

    #[test]
    fn a_search_that_cannot_find_proves_nothing() {
        let mut found = Found::default();
        found.add("an event", "7 events".into(), &[].into());
        let error = found.verdict().unwrap_err().to_string();
        assert_eq!(
            error,
            "even the secret's name is not in an event (of 7 events)"
        );
        let mut found = Found::default();
        found.add("an event", "7 events".into(), &[0].into());
        assert_eq!(found.verdict().unwrap(), "in none of 7 events");
    }

    #[tokio::test]
    async fn the_command_line_of_a_process_that_runs_meanwhile_is_seen() {
        let name = format!("check-{}", std::process::id());
        // With a second command, or the shell becomes the first and its own arguments are gone.
        let sleep = groundwork_process::exec::Command::new("sh").args(["-c", "sleep 1; :", &name]);
        let mut found = Found::default();
        let work = blocking(move || sleep.run());
        watching(&Texts::new([name]), &mut found, work)
            .await
            .unwrap();
        let verdict = found.verdict().unwrap();
        assert!(verdict.ends_with(" process lists"), "{verdict}");

        let mut found = Found::default();
        let sleep = groundwork_process::exec::Command::new("sleep").arg("1");
        let work = blocking(move || sleep.run());
        let name = format!("check-{}-other", std::process::id());
        watching(&Texts::new([name]), &mut found, work)
            .await
            .unwrap();
        assert!(found.verdict().is_err());
    }
}
