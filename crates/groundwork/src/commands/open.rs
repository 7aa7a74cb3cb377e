//! `open`: shows a page of the console in a browser, or says where it is.

use std::{env, path::Path, process::ExitCode};

use groundwork_exec::Command;
use groundwork_validate::signals::console::{Console, Dashboard};

use crate::{
    cli::{Global, Open},
    failure::{Exit, Failure},
    output,
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
    let stack = super::stack(global)?;
    let address = groundwork_apply::address(&stack.waves, "console")?;
    let dashboards = super::runtime()?.block_on(async {
        let console = Console::new(&address)?;
        console.dashboards().await
    });
    let dashboards = dashboards.map_err(|error| {
        Failure::stack(format!("the console does not answer: {error}"))
            .hint("`groundwork status` says what runs, `groundwork up` starts it")
    })?;
    let url = format!(
        "{}{}",
        address.trim_end_matches('/'),
        path(&arguments.page, &dashboards)?
    );
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

/// The path of `page`.
fn path(page: &str, dashboards: &[Dashboard]) -> Result<String, Failure> {
    if let Some((_, path)) = PAGES.iter().find(|(name, _)| *name == page) {
        return Ok((*path).to_owned());
    }
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
    use crate::failure::hint_of;

    #[test]
    fn a_page_is_named_or_a_dashboard() {
        let dashboards = [Dashboard {
            name: "event-bus".into(),
            title: "Event bus".into(),
        }];
        let path = |page| path(page, &dashboards);
        assert_eq!(path("overview").unwrap(), "/");
        assert_eq!(path("explore").unwrap(), "/explore/metrics");
        assert_eq!(path("event-bus").unwrap(), "/dashboards/event-bus");
        let error = path("nowhere").unwrap_err();
        assert_eq!(error.to_string(), "the console has no page 'nowhere'");
        let hint = hint_of(&error.into()).unwrap();
        assert!(
            hint.contains("overview") && hint.contains("event-bus"),
            "{hint}"
        );
    }
}
