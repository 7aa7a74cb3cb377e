//! `open`: shows a page of the console in a browser, or says where it is.

use std::{env, path::Path, process::ExitCode};

use groundwork_contract::role;
use groundwork_process::{error::chain, exec::Command};
use groundwork_signals::{
    Error,
    console::{Console, Dashboard},
};

use crate::{
    cli::{Global, Open},
    failure::{Exit, Failure},
    given, output, runtime,
};

/// The pages by name; any other name is a dashboard's.
const PAGES: [(&str, &str); 5] = [
    ("overview", "/"),
    ("dashboards", "/dashboards"),
    ("explore", "/explore/metrics"),
    ("events", "/events"),
    ("alerts", "/alerts"),
];
/// What opens an address in the person's own browser, on every desktop.
const OPENER: &str = "xdg-open";

pub fn run(global: &Global, arguments: &Open) -> anyhow::Result<ExitCode> {
    let stack = given::stack(global)?;
    let ui = stack.of_role(role::UI)?;
    let address = ui.endpoint()?;
    let path = runtime::new()?.block_on(find(address, &arguments.page))?;
    let url = format!("{}{path}", address.trim_end_matches('/'));
    match opener() {
        Some(opener) => {
            output::note(format!("opening {url}"));
            // Not waited for: it may be the browser itself.
            let opened = Command::new(opener)
                .arg(&url)
                .spawn_detached(Path::new("/dev/null"));
            drop(opened?);
        }
        None => output::line(url),
    }
    Ok(Exit::Done.into())
}

/// The path of `page` in the console at `address`, which has to answer.
async fn find(address: &str, page: &str) -> Result<String, Failure> {
    if let Some((_, path)) = PAGES.iter().find(|(name, _)| *name == page) {
        let answer = async { Console::new(address)?.get("/", &[]).await };
        return match answer.await {
            // Whom it lets in is the browser's affair.
            Ok(_) | Err(Error::Refused { status: ..500, .. }) => Ok((*path).to_owned()),
            Err(error) => Err(unanswered(&error)),
        };
    }
    let dashboards = async { Console::new(address)?.dashboards().await };
    let dashboards = dashboards.await.map_err(|error| unanswered(&error))?;
    path(page, &dashboards)
}

fn unanswered(error: &Error) -> Failure {
    let failure = Failure::stack(chain(error));
    match error {
        Error::Silent { .. } => {
            failure.hint("`groundwork status` says what runs, `groundwork up` starts it")
        }
        _ => failure.hint("see `groundwork logs console`"),
    }
}

/// The path of the dashboard `page`.
fn path(page: &str, dashboards: &[Dashboard]) -> Result<String, Failure> {
    if dashboards.iter().any(|dashboard| dashboard.name == page) {
        return Ok(format!("/dashboards/{page}"));
    }
    let pages = PAGES.iter().map(|(name, _)| *name);
    let names: Vec<_> = pages.chain(dashboards.iter().map(|it| &*it.name)).collect();
    Err(
        Failure::wrong_use(format!("the console has no page '{page}'"))
            .hint(format!("there are {}", names.join(", "))),
    )
}

/// What shows a page to the person who asks, if there is a screen and it is theirs.
fn opener() -> Option<std::path::PathBuf> {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let screen = set("DISPLAY") || set("WAYLAND_DISPLAY");
    // NB: through sudo it would be root's browser on somebody else's screen, which most refuse to be.
    let theirs = !set("SUDO_USER");
    (screen && theirs)
        .then(|| which::which(OPENER).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_is_found_by_its_name() {
        let dashboards = [Dashboard {
            name: "event-bus".into(),
            title: "Event bus".into(),
        }];
        let path = |page| path(page, &dashboards);
        assert_eq!(path("event-bus").unwrap(), "/dashboards/event-bus");
        let error = path("nowhere").unwrap_err();
        assert_eq!(error.to_string(), "the console has no page 'nowhere'");
        let hint = error.remedy().unwrap();
        assert!(
            hint.contains("overview") && hint.contains("event-bus"),
            "{hint}"
        );
    }
}
