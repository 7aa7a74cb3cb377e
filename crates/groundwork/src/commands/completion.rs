//! `completion`: prints the script by which a shell completes the command line.

use std::process::ExitCode;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::{
    cli::{Cli, Completion},
    output,
};

pub fn run(arguments: Completion) -> anyhow::Result<ExitCode> {
    output::raw(&script(arguments.shell));
    Ok(ExitCode::SUCCESS)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut visible(), "groundwork", &mut script);
    script
}

/// The command line as help shows it: `clap_complete` offers hidden commands, too.
fn visible() -> Command {
    let all = Cli::command();
    let commands = all
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    Command::new("groundwork")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(all.get_arguments().cloned())
        .subcommands(commands.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_offered_what_help_shows_and_nothing_hidden() {
        // How each names a command.
        let shells = [
            (Shell::Bash, "groundwork,", ")"),
            (Shell::Zsh, "'", ":"),
            (Shell::Fish, "-a \"", "\""),
        ];
        for (shell, before, after) in shells {
            let script = String::from_utf8(script(shell)).unwrap();
            for command in Cli::command().get_subcommands() {
                let name = command.get_name();
                let offered = script.contains(&format!("{before}{name}{after}"));
                assert_eq!(offered, !command.is_hide_set(), "{name} in {shell}");
            }
        }
    }

    #[test]
    fn an_option_of_every_command_is_offered() {
        let script = String::from_utf8(script(Shell::Bash)).unwrap();
        assert!(script.contains("--state-dir"), "{script}");
        assert!(script.contains("--version"), "{script}");
    }
}
