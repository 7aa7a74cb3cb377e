//! What is true of all services of one template.

use serde::{Deserialize, Deserializer, de::Error};

/// A template, as the launcher knows its services.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name: a folder of templates/.
    pub name: &'static str,
    /// The folder whose files belong to the template.
    pub managed: &'static str,
    /// Files and folders that it has beside those of every service.
    pub structure: &'static [&'static str],
    /// What runs it in its folder, with the tools of its flake.
    pub run: &'static [&'static str],
    /// The settings that say where it listens; `PORT` stands for the port.
    pub listen: &'static [(&'static str, &'static str)],
    /// Whether its flake has an output with a debugger.
    pub debugger: bool,
    /// The file that puts its parts together, and how a remark begins in it.
    pub source: (&'static str, &'static str),
}

/// Services in Python.
pub static FASTAPI: Kind = Kind {
    name: "fastapi",
    managed: "src/platform",
    structure: &[
        "poetry.lock",
        "pyproject.toml",
        "src/__init__.py",
        "src/config.py",
        "src/main.py",
        "src/models",
        "src/routes",
    ],
    run: &["python", "-m", "src.main"],
    listen: &[("LISTEN_HOST", "127.0.0.1"), ("LISTEN_PORT", "PORT")],
    debugger: true,
    source: ("src/main.py", "#"),
};

/// Services in Rust.
pub static AXUM: Kind = Kind {
    name: "axum",
    managed: "platform",
    structure: &[
        "Cargo.lock",
        "Cargo.toml",
        "src/config.rs",
        "src/lib.rs",
        "src/main.rs",
        "src/models",
        "src/routes",
    ],
    run: &["cargo", "run"],
    listen: &[("LISTEN", "127.0.0.1:PORT")],
    debugger: false,
    source: ("src/lib.rs", "//"),
};

impl Kind {
    /// The kind of this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        [&FASTAPI, &AXUM].into_iter().find(|kind| kind.name == name)
    }
}

/// Reads a kind by its name.
///
/// # Errors
/// When there is none of that name; it says which there are.
pub fn by_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Kind, D::Error> {
    let name = String::deserialize(deserializer)?;
    Kind::of(&name).ok_or_else(|| {
        let there = format!("{} or {}", FASTAPI.name, AXUM.name);
        D::Error::custom(format!("there is no kind '{name}'; it is {there}"))
    })
}
