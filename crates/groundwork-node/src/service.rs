//! Starts and ends the supervisor itself: a systemd unit where systemd runs, a detached session
//! elsewhere.

use std::{env, fs, time::Duration};

use groundwork_process::{exec::Command, wait::Wait};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    error::{Error, system},
    machine::Machine,
    state::StateDir,
    supervisor::{
        self,
        protocol::{Request, ask},
    },
};

/// Its systemd unit. It is transient: `up` makes it, a reboot forgets it.
const UNIT: &str = "groundwork-supervisor.service";
/// The supervisor starts in milliseconds; a busy disk may hold it up.
const DEADLINE: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_millis(10);

/// Whether a supervisor of this very release answers.
pub fn is_current(state: &StateDir) -> Result<bool, Error> {
    let launcher = env::current_exe().map_err(system("find its own executable"))?;
    let Ok(answer) = ask(state, &Request::Status) else {
        return Ok(false);
    };
    // The kernel marks the path of a file that has been replaced since.
    let running = fs::read_link(format!("/proc/{}/exe", answer.pid));
    Ok(running.is_ok_and(|running| running == launcher))
}

/// Starts it and waits until it answers.
pub fn start(state: &StateDir, machine: &Machine) -> Result<(), Error> {
    let launcher = env::current_exe().map_err(system("find its own executable"))?;
    let log = state.log(supervisor::NAME);
    if machine.systemd {
        // A unit that has failed keeps its name. Without such a unit this fails, as it may.
        let _ = Command::new("systemctl").args(["reset-failed", UNIT]).run();
        let output = log.display();
        Command::new("systemd-run")
            .args(["--quiet", "--collect", "--unit", UNIT])
            .arg("--description=The supervisor of the Groundwork node")
            // The node outlives its supervisor: the next one takes the processes over.
            .args([
                "--property=KillMode=process",
                "--property=Restart=on-failure",
            ])
            .arg(format!("--property=StandardOutput=append:{output}"))
            .arg(format!("--property=StandardError=append:{output}"))
            .arg(launcher)
            .arg("--state-dir")
            .arg(state.root())
            .arg("supervise")
            .run()?;
    } else {
        Command::new(launcher)
            .arg("--state-dir")
            .arg(state.root())
            .arg("supervise")
            .spawn_detached(&log)?;
    }
    Wait::new("the supervisor's start", DEADLINE)
        .every(EVERY)
        .until(|| ask(state, &Request::Status).map_err(|error| error.to_string()))
        .block()?;
    Ok(())
}

/// Ends it and leaves its processes alone; one that hangs is killed.
pub fn stop(state: &StateDir) -> Result<(), Error> {
    if supervisor::running(state).is_none() {
        return Ok(());
    }
    let asked = ask(state, &Request::Quit);
    let ended = || match supervisor::running(state) {
        None => Ok(()),
        Some(pid) => Err(format!("process {pid} still runs")),
    };
    let patience = if asked.is_ok() {
        DEADLINE
    } else {
        Duration::ZERO
    };
    let end = |patience| Wait::new("the supervisor's end", patience).every(EVERY);
    if end(patience).until(ended).block().is_ok() {
        return Ok(());
    }
    // systemd would start a killed one again; elsewhere there is no such unit.
    let _ = Command::new("systemctl")
        .args(["kill", "--signal=KILL", UNIT])
        .run();
    let _ = Command::new("systemctl").args(["stop", UNIT]).run();
    let pid = supervisor::running(state).and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    if let Some(pid) = pid {
        // It may just have ended.
        let _ = kill_process(pid, Signal::KILL);
    }
    Ok(end(DEADLINE).until(ended).block()?)
}
