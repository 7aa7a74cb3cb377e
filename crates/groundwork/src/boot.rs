//! Brings the stack back after a reboot where systemd runs and a person wants it: a unit that calls `up`.
//!
//! The unit is the only thing outside the state directory that outlives a reboot; `down` and `destroy`
//! remove it.

use std::{env, fs, io, path::Path};

use anyhow::Context as _;
use groundwork_process::exec::Command;

use crate::failure::Failure;

/// The unit's name. A machine has one node, so there is one.
const UNIT: &str = "groundwork.service";
/// Where an administrator's own units are (systemd.unit(5)).
const UNITS: &str = "/etc/systemd/system";

/// Has systemd call `up` at each boot, with this launcher and the stack at `manifest`.
///
/// # Errors
/// When systemd is not there, or does not take the unit.
pub fn enable(state_dir: &Path, manifest: &Path, systemd: bool) -> anyhow::Result<()> {
    if !systemd {
        return Err(
            Failure::machine("`up --enable` needs systemd, which does not run here")
                .hint("have this machine's own start scripts call `groundwork up`")
                .into(),
        );
    }
    let launcher = env::current_exe().context("cannot find this program's own file")?;
    let text = unit(&launcher, state_dir, manifest);
    let path = Path::new(UNITS).join(UNIT);
    if fs::read_to_string(&path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    systemctl(&["daemon-reload"])?;
    systemctl(&["enable", "--quiet", UNIT])
}

/// Whether systemd brings the node of `state_dir` back at a boot.
pub fn is_enabled(state_dir: &Path) -> bool {
    let text = fs::read_to_string(Path::new(UNITS).join(UNIT));
    text.is_ok_and(|text| is_of(&text, state_dir))
}

/// Undoes [`enable`] for the node of `state_dir`, if that was done.
///
/// # Errors
/// When systemd or the unit's file refuses.
pub fn disable(state_dir: &Path) -> anyhow::Result<()> {
    if !is_enabled(state_dir) {
        return Ok(());
    }
    // One that brought the stack back is active, and would stay loaded without its file.
    systemctl(&["disable", "--now", "--quiet", UNIT])?;
    let path = Path::new(UNITS).join(UNIT);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", path.display()));
        }
        _ => {}
    }
    systemctl(&["daemon-reload"])?;
    // A unit that has failed keeps its name until it is reset; for another one this fails, as it may.
    let _ = systemctl(&["reset-failed", UNIT]);
    Ok(())
}

fn systemctl(arguments: &[&str]) -> anyhow::Result<()> {
    Ok(Command::new("systemctl").args(arguments).run()?)
}

/// The unit's text. It has no limit of time: `up` has its own.
fn unit(launcher: &Path, state_dir: &Path, manifest: &Path) -> String {
    let [launcher, state_dir, manifest] = [launcher, state_dir, manifest].map(quoted);
    format!(
        "# Made by `groundwork up --enable`; `groundwork down` removes it.
[Unit]
Description=The Groundwork stack, brought back after a reboot
Wants=network-online.target
After=network-online.target
RequiresMountsFor={launcher} {state_dir}

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
ExecStart={launcher} --state-dir {state_dir} --stack {manifest} up

[Install]
WantedBy=multi-user.target
"
    )
}

fn is_of(unit: &str, state_dir: &Path) -> bool {
    unit.contains(&format!(" --state-dir {} ", quoted(state_dir)))
}

/// A path as one word of a unit (systemd.service(5), "Command lines"): specifiers and variables are
/// taken as they are.
fn quoted(path: &Path) -> String {
    let mut word = String::from("\"");
    for letter in path.display().to_string().chars() {
        match letter {
            '"' | '\\' => word.extend(['\\', letter]),
            '%' | '$' => word.extend([letter, letter]),
            _ => word.push(letter),
        }
    }
    word + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_names_launcher_stack_and_state_directory_and_is_known_by_the_last() {
        let text = unit(
            Path::new("/store/groundwork"),
            Path::new("/var/lib/my state"),
            Path::new("/store/stack.json"),
        );
        let line = r#"ExecStart="/store/groundwork" --state-dir "/var/lib/my state" --stack "/store/stack.json" up"#;
        assert!(text.lines().any(|found| found == line), "{text}");
        assert!(is_of(&text, Path::new("/var/lib/my state")));
        assert!(!is_of(&text, Path::new("/var/lib/my")));
    }

    #[test]
    fn what_systemd_would_read_in_a_path_is_taken_as_it_is() {
        assert_eq!(
            quoted(Path::new(r#"/a"b\c/100%/$x"#)),
            r#""/a\"b\\c/100%%/$$x""#
        );
    }
}
