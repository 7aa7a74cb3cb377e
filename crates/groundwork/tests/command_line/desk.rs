//! A person at a machine on which no stack was ever started, and what they read there.

use std::{fs, process::Stdio};

use expect_test::expect_file;
use tempfile::TempDir;

/// An empty folder to work in. Neither the person's settings nor a stack of this machine reach it.
pub struct Desk {
    folder: TempDir,
    variables: Vec<(&'static str, &'static str)>,
    seen: String,
    answers: Vec<String>,
}

/// What an ordinary user is told who has no sudo.
const REFUSAL: &str = "error: a node needs root, and there is no sudo\nhint: run it as root, or install sudo\nexit code 3\n";

impl Desk {
    /// At which nothing was done yet, and where the state directory is the machine's own: for what ends before that is
    /// looked at.
    pub fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            seen: String::new(),
            answers: Vec::new(),
        }
    }

    /// At which nothing was done yet, with the state directory in the folder.
    pub fn new() -> Self {
        let variables = vec![("GROUNDWORK_STATE_DIR", "state")];
        Self {
            variables,
            ..Self::bare()
        }
    }

    /// Puts a file there, which the transcript shows.
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self.seen += &format!("$ cat {name}\n{}\n\n", text.trim_end());
        self
    }

    /// Puts a file there, which the transcript does not show.
    pub fn with_hidden(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs each line, and adds it to the transcript with what it prints and how it ends.
    pub fn runs(mut self, lines: &[&str]) -> Self {
        for line in lines {
            let answer = self.run(line);
            self.seen += &format!("$ {line}\n{answer}\n");
            self.answers.push(answer);
        }
        self
    }

    fn run(&self, line: &str) -> String {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("groundwork"), "{line}");
        #[expect(
            clippy::disallowed_methods,
            reason = "both streams and the exit code of a failure are what is looked at"
        )]
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_groundwork"));
        let output = command
            .args(words)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_clear()
            // Without sudo: an ordinary user is refused here, and asked for no password.
            .env("PATH", self.folder.path())
            .envs(self.variables.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("no signal ends it");
        format!(
            "{}{}exit code {code}\n",
            text(output.stdout),
            text(output.stderr)
        )
        .replace(self.folder.path().to_str().unwrap(), "/desk")
    }

    /// The transcript so far.
    pub fn seen(&self) -> &str {
        &self.seen
    }

    /// Looks whether each line was refused for want of root.
    pub fn needs_root(self) {
        for answer in self.answers {
            assert_eq!(answer, REFUSAL, "{}", self.seen);
        }
    }

    /// Compares all of it with the transcript `name`, relative to this folder.
    pub fn reads(self, name: &str) {
        expect_file![name].assert_eq(&format!("{}\n", self.seen.trim_end_matches('\n')));
    }
}
