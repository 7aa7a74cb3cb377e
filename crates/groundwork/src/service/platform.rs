//! Where Groundwork itself is, for a service's flake to name as its input.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// What stands in a template's flake for the platform.
pub const PLACEHOLDER: &str = r#"groundwork.url = "flake:groundwork""#;

/// Where scripts/install-launcher.sh notes the checkout that it has put on the path, below /usr/local or ~/.local.
const NOTE: &str = "lib/groundwork/checkout";

/// The platform as an input of a flake: `given`, a folder or an address; or the checkout that this is run in; or the
/// one that put `groundwork` on the path.
///
/// # Errors
/// When nothing says it.
pub fn input(given: Option<&str>) -> Result<String, Failure> {
    if let Some(given) = given {
        return Ok(match fs::canonicalize(given) {
            Ok(folder) => of_folder(&folder),
            Err(_) => by_url(given),
        });
    }
    let here = env::current_dir().unwrap_or_default();
    let checkout = here.ancestors().find(|it| is_checkout(it));
    let found = checkout.map(Path::to_path_buf).or_else(noted);
    found.map(|it| of_folder(&it)).ok_or_else(|| {
        Failure::wrong_use("it is not known where Groundwork is")
            .hint("say so: --platform FOLDER, or an address as github:OWNER/REPOSITORY")
    })
}

fn noted() -> Option<PathBuf> {
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".local"));
    let prefixes = home.into_iter().chain([PathBuf::from("/usr/local")]);
    let mut notes = prefixes.filter_map(|prefix| fs::read_to_string(prefix.join(NOTE)).ok());
    notes.find_map(|note| Some(PathBuf::from(note.trim())).filter(|it| is_checkout(it)))
}

fn is_checkout(folder: &Path) -> bool {
    folder.join("flake.nix").is_file() && folder.join("nix/lib/service").is_dir()
}

/// A folder as a flake's input: as a Git repository, shallow ones too, where it is one.
///
/// NB: Nix 2.8 takes no Git repository whose path is no plain URL; such a folder is taken as it is.
fn of_folder(folder: &Path) -> String {
    let path = folder.display().to_string();
    match folder.join(".git").exists() && encoded(folder) == path {
        true => by_url(&format!("git+file://{path}?shallow=1")),
        false => format!(
            "groundwork = {{ type = \"path\"; path = {}; }}",
            quoted(&path)
        ),
    }
}

fn by_url(url: &str) -> String {
    format!("groundwork.url = {}", quoted(url))
}

/// A text as Nix has it.
fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace("${", "\\${")
    )
}

/// The path as a URL has it (RFC 3986).
pub fn encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes
        .map(|&byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_git_repository_where_it_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap();
        let given = path.to_str().unwrap();
        let as_path = format!("groundwork = {{ type = \"path\"; path = \"{given}\"; }}");
        assert_eq!(input(Some(given)).unwrap(), as_path);
        fs::create_dir(path.join(".git")).unwrap();
        let as_git = format!("groundwork.url = \"git+file://{given}?shallow=1\"");
        assert_eq!(input(Some(given)).unwrap(), as_git);
        let address = input(Some("github:a/b")).unwrap();
        assert_eq!(address, r#"groundwork.url = "github:a/b""#);
    }

    #[test]
    fn a_path_that_is_no_plain_url_is_taken_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap().join("my project");
        fs::create_dir_all(path.join(".git")).unwrap();
        let input = input(path.to_str()).unwrap();
        assert!(input.ends_with("/my project\"; }"), "{input}");
        assert_eq!(encoded(Path::new("/my project/a#b")), "/my%20project/a%23b");
    }

    #[test]
    fn a_text_is_written_as_nix_reads_it() {
        assert_eq!(quoted(r#"a"b${c}\d"#), r#""a\"b\${c}\\d""#);
    }
}
