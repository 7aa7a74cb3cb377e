//! `run`: a service on this machine, with the settings, secrets and addresses that it has in the cluster.

use std::{
    env, fs,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use groundwork_process::exec::Command;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    again,
    cli::{Global, service::Run},
    failure::{Exit, Failure},
    output, runtime,
    service::{about::About, build, surroundings::Surroundings},
};

pub fn run(global: &Global, arguments: &Run) -> anyhow::Result<ExitCode> {
    let folder = fs::canonicalize(&arguments.folder)
        .with_context(|| format!("there is no folder {}", arguments.folder.display()))?;
    let about = About::read(&folder)?;
    // By root, which alone may read the cluster's secrets; the service itself runs as the person.
    let asked = again::command(
        global,
        [
            "service".as_ref(),
            "surroundings".as_ref(),
            folder.as_os_str(),
        ],
    )?;
    let answer = asked
        .read()
        .context("cannot see what it has in the cluster")?;
    let found: Surroundings =
        serde_json::from_str(&answer).context("cannot read what it has in the cluster")?;
    for secret in &found.missing {
        output::note(format!(
            "there is no secret {secret} yet; groundwork deploy makes it"
        ));
    }
    let private = private_folder(&about.name)?;
    write_secrets(&private, &found)?;
    let environment = environment(&about, arguments.port, &found, &private);
    if let Some(file) = &arguments.env {
        write_environment(file, &environment)?;
        output::line(format!(
            "{} has its settings; its secrets are in {}",
            file.display(),
            private.display()
        ));
        return Ok(Exit::Done.into());
    }
    let command = command(&folder, &about, &arguments.command)?;
    let command = environment
        .iter()
        .fold(command, |command, (name, value)| command.env(name, value));
    output::note(format!(
        "{} on http://127.0.0.1:{}; Ctrl-C ends it",
        about.name, arguments.port
    ));
    let code = runtime::new()?.block_on(async {
        // The service gets Ctrl-C as well, and this one waits for its end.
        let _interrupts = signal(SignalKind::interrupt())?;
        anyhow::Ok(tokio::task::spawn_blocking(move || command.interact()).await??)
    });
    let _ = fs::remove_dir_all(&private);
    Ok(code?.into())
}

/// A folder of the person alone, in memory where the machine has such.
fn private_folder(name: &str) -> anyhow::Result<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let cache = || Some(Path::new(&env::var_os("HOME")?).join(".cache"));
    let base = runtime.or_else(cache).context("there is no HOME")?;
    let folder = base.join("groundwork").join(name);
    let _ = fs::remove_dir_all(&folder);
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder);
    made.with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn write_secrets(folder: &Path, found: &Surroundings) -> anyhow::Result<()> {
    for (name, fields) in &found.secrets {
        let folder = folder.join(name);
        fs::create_dir(&folder)?;
        for (field, value) in fields {
            write_private(&folder.join(field), value)?;
        }
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new();
    let file = file.write(true).create(true).truncate(true).mode(0o600);
    let mut file = file
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(std::io::Write::write_all(&mut file, text.as_bytes())?)
}

/// What the cluster gives it, with what is otherwise on this machine.
fn environment(
    about: &About,
    port: u16,
    found: &Surroundings,
    secrets: &Path,
) -> Vec<(String, String)> {
    let mut own = vec![
        ("OTEL_SERVICE_NAME", about.name.clone()),
        ("SECRETS", secrets.display().to_string()),
    ];
    let listen = about.kind.listen.iter();
    own.extend(listen.map(|(name, value)| (*name, value.replace("PORT", &port.to_string()))));
    let cluster = found.environment.iter();
    let cluster = cluster.filter(|(name, _)| own.iter().all(|(own, _)| own != name));
    let mut all: Vec<_> = cluster
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    all.extend(
        own.into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    all
}

fn write_environment(file: &Path, environment: &[(String, String)]) -> anyhow::Result<()> {
    let lines = environment
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    write_private(file, &lines.collect::<String>())
}

/// What runs it: the `given` command, or that of its kind; with the tools of its own flake where there is Nix.
fn command(folder: &Path, about: &About, given: &[String]) -> anyhow::Result<Command> {
    let words: Vec<&str> = match given {
        [] => about.kind.run.to_vec(),
        given => given.iter().map(String::as_str).collect(),
    };
    let Ok(nix) = which::which("nix") else {
        let (program, rest) = words.split_first().context("no command is given")?;
        let program = which::which(program).map_err(|_| {
            Failure::machine(format!("there is neither Nix nor {program}"))
                .hint("run scripts/setup-dev-environment.sh of Groundwork")
        })?;
        return Ok(Command::new(program).args(rest).in_folder(folder));
    };
    let (root, flake) = build::flake(folder);
    Ok(Command::new(nix)
        .args(["develop", &flake, "--command", "sh", "-c"])
        .arg("cd \"$0\" && exec \"$@\"")
        .arg(folder)
        .args(words)
        .in_folder(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::kind::AXUM;

    #[test]
    fn what_is_otherwise_on_this_machine_goes_before_what_the_cluster_says() {
        let about = About {
            name: "orders".into(),
            kind: &AXUM,
            features: vec![],
            template: 1,
            namespace: "services".into(),
        };
        let mut found = Surroundings::default();
        for (name, value) in [("LISTEN", "0.0.0.0:8080"), ("RUST_LOG", "info")] {
            found.environment.insert(name.into(), value.into());
        }
        let all = environment(&about, 8000, &found, Path::new("/run/x"));
        let expected = [
            ("RUST_LOG", "info"),
            ("OTEL_SERVICE_NAME", "orders"),
            ("SECRETS", "/run/x"),
            ("LISTEN", "127.0.0.1:8000"),
        ];
        assert_eq!(
            all,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
