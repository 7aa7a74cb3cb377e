//! A command: what to run, and the four ways to run it.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::{File, OpenOptions},
    io,
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Output, Stdio},
    thread,
};

use super::error::{Error, tail};

/// PATH of the host's own programs (`mount`, `modprobe`), the same for every caller: a person's may
/// lack `sbin`, and one that changed would restart what was started with it. The last three are
/// those of `NixOS` and of a container that has Nix alone.
pub const HOST_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:\
/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin";

/// A program with its arguments and additions to the environment.
#[derive(Debug, Clone)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    env: BTreeMap<OsString, OsString>,
    /// Start from an empty environment instead of this process's own.
    clean: bool,
    stdin: Vec<u8>,
    /// Where it starts, instead of this process's own folder.
    folder: Option<PathBuf>,
}

impl Command {
    /// Runs `program`, a path or a name to be found on PATH. Standard input is empty.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            clean: false,
            stdin: Vec::new(),
            folder: None,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().into());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().into()));
        self
    }

    /// Starts with an empty environment: a person's proxy settings or `KUBECONFIG` must not reach a service.
    #[must_use]
    pub fn clean_env(mut self) -> Self {
        self.clean = true;
        self
    }

    /// Starts in `folder` instead of this process's own.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(name.as_ref().into(), value.as_ref().into());
        self
    }

    /// Gives `bytes` as standard input to [`run`](Self::run), [`read`](Self::read) and
    /// [`output`](Self::output).
    #[must_use]
    pub fn stdin_bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs to the end; what it prints is kept for the error and dropped otherwise.
    ///
    /// # Errors
    /// [`Error::Start`] when it cannot be started, [`Error::Status`] when it ends with another
    /// status than 0.
    pub fn run(&self) -> Result<(), Error> {
        self.read().map(drop)
    }

    /// Runs to the end and returns its standard output without the last newline.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn read(&self) -> Result<String, Error> {
        self.checked(&self.output()?)
    }

    /// Runs to the end, whatever its status is, and returns that and all that it printed.
    ///
    /// # Errors
    /// [`Error::Start`] when it cannot be started.
    pub fn output(&self) -> Result<Output, Error> {
        let expression = self.expression().stdin_bytes(self.stdin.clone());
        expression.run().map_err(|source| self.not_started(source))
    }

    /// Runs to the end while `write` fills its standard input, so that large input is never held
    /// in memory.
    ///
    /// # Errors
    /// As [`run`](Self::run); a failing `write` is [`Error::Start`], unless the command itself
    /// failed first and closed its end.
    pub fn run_with_input(
        &self,
        write: impl FnOnce(File) -> io::Result<()> + Send,
    ) -> Result<(), Error> {
        let failed = |source| self.not_started(source);
        let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
            .map_err(|errno| failed(errno.into()))?;
        thread::scope(|scope| {
            let handle = self
                .expression()
                .stdin_file(reader)
                .start()
                .map_err(failed)?;
            let writing = scope.spawn(move || write(File::from(writer)));
            let output = handle.wait().map_err(failed)?.clone();
            let written = writing
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("writing its input panicked")));
            // The command's own complaint comes first: a broken pipe is only its consequence.
            self.checked(&output)?;
            written.map_err(failed)
        })
    }

    /// Starts it and does not wait. Its output is appended to `log`; its standard input is empty.
    /// It shares this process's session until it calls [`detach`](super::detach).
    ///
    /// # Errors
    /// [`Error::Start`] when it cannot be started or `log` cannot be opened.
    pub fn spawn_detached(&self, log: &Path) -> Result<Child, Error> {
        let failed = |source| self.not_started(source);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(log)
            .map_err(failed)?;
        self.std()
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .spawn()
            .map_err(failed)
    }

    /// Runs it on this process's own terminal and returns its exit code; 128 + n after signal n.
    ///
    /// # Errors
    /// [`Error::Start`] when it cannot be started.
    pub fn interact(&self) -> Result<u8, Error> {
        use std::os::unix::process::ExitStatusExt;
        let status = self
            .std()
            .status()
            .map_err(|source| self.not_started(source))?;
        let code = status
            .code()
            .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
        Ok(u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// Becomes the program: returns only when that fails.
    #[must_use]
    pub fn exec(&self) -> Error {
        let source = self.std().exec();
        self.not_started(source)
    }

    /// The command as a shell would take it.
    pub fn line(&self) -> String {
        let set = self
            .env
            .iter()
            .map(|(name, value)| format!("{}={}", name.to_string_lossy(), quoted(value)));
        let words = std::iter::once(&self.program)
            .chain(&self.args)
            .map(|word| quoted(word));
        set.chain(words).collect::<Vec<_>>().join(" ")
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that the lint points to"
    )]
    fn expression(&self) -> duct::Expression {
        let mut expression = duct::cmd(&self.program, &self.args)
            .stdout_capture()
            .stderr_capture()
            // Ctrl-C is for the launcher, which then reports what goes on.
            .before_spawn(|command| {
                command.process_group(0);
                Ok(())
            })
            .unchecked();
        if let Some(folder) = &self.folder {
            expression = expression.dir(folder);
        }
        if self.clean {
            return expression.full_env(&self.env);
        }
        for (name, value) in &self.env {
            expression = expression.env(name, value);
        }
        expression
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "duct can neither replace this process nor leave a child alone"
    )]
    fn std(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        if self.clean {
            command.env_clear();
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.args(&self.args).envs(&self.env);
        command
    }

    fn checked(&self, output: &Output) -> Result<String, Error> {
        if !output.status.success() {
            return Err(Error::Status {
                line: self.line(),
                status: output.status,
                stderr: tail(&output.stderr),
            });
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().into())
    }

    fn not_started(&self, source: io::Error) -> Error {
        Error::Start {
            line: self.line(),
            source,
        }
    }
}

/// `word` as a shell needs it.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::error::Remedy as _;

    #[test]
    fn standard_output_is_read_without_its_last_newline() {
        assert_eq!(Command::new("echo").arg("a b").read().unwrap(), "a b");
    }

    #[test]
    fn a_failed_command_shows_its_line_its_status_and_its_complaint() {
        let error = Command::new("sh")
            .args(["-c", "echo broken >&2; exit 3"])
            .env("A", "it's")
            .run()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "exit status: 3: A='it'\\''s' sh -c 'echo broken >&2; exit 3'\n    broken"
        );
    }

    #[test]
    fn all_that_a_failed_command_prints_can_be_had() {
        let output = Command::new("sh")
            .args(["-c", "cat; echo broken >&2; exit 3"])
            .stdin_bytes("given")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(
            (&*output.stdout, &*output.stderr),
            (&b"given"[..], &b"broken\n"[..])
        );
    }

    #[test]
    fn a_missing_program_is_named_with_a_hint() {
        let error = Command::new("/no/such/program").run().unwrap_err();
        assert_eq!(error.to_string(), "cannot run: /no/such/program");
        assert!(error.hint().is_some());
    }

    #[test]
    fn input_reaches_the_command_as_it_is_written() {
        Command::new("sh")
            .args(["-c", "[ \"$(wc -c)\" = 300000 ]"])
            .run_with_input(|mut input| input.write_all(&[b'x'; 300_000]))
            .unwrap();
    }

    #[test]
    fn a_command_that_reads_no_input_fails_with_its_own_complaint() {
        let error = Command::new("sh")
            .args(["-c", "echo full >&2; exit 1"])
            .run_with_input(|mut input| input.write_all(&[b'x'; 300_000]))
            .unwrap_err();
        assert!(matches!(error, Error::Status { .. }), "{error:?}");
    }

    #[test]
    fn a_detached_process_writes_to_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut child = Command::new("sh")
            .args(["-c", "echo out; echo err >&2"])
            .spawn_detached(&log)
            .unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(std::fs::read_to_string(log).unwrap(), "out\nerr\n");
    }
}
