//! Where Groundwork itself is, for a service's flake to name as its input.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// What stands in a template for the platform's address.
pub const PLACEHOLDER: &str = "flake:groundwork";

/// Where scripts/install-launcher.sh notes the checkout that it has put on the path, below /usr/local or ~/.local.
const NOTE: &str = "lib/groundwork/checkout";

/// The address of the platform as Nix takes it: `given`, a folder or an address; or the checkout that this is run
/// in; or the one that put `groundwork` on the path.
///
/// # Errors
/// When nothing says it.
pub fn address(given: Option<&str>) -> Result<String, Failure> {
    if let Some(given) = given {
        return Ok(match fs::canonicalize(given) {
            Ok(folder) => of_folder(&folder),
            Err(_) => given.into(),
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

/// A folder as Nix takes it: as a Git repository, shallow ones too, where it is one.
pub fn of_folder(folder: &Path) -> String {
    match folder.join(".git").exists() {
        true => format!("git+file://{}?shallow=1", encoded(folder)),
        false => format!("path:{}", encoded(folder)),
    }
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
        assert_eq!(address(Some(given)).unwrap(), format!("path:{given}"));
        fs::create_dir(path.join(".git")).unwrap();
        assert_eq!(
            address(Some(given)).unwrap(),
            format!("git+file://{given}?shallow=1")
        );
        assert_eq!(address(Some("github:a/b")).unwrap(), "github:a/b");
    }

    #[test]
    fn a_path_with_spaces_is_written_as_a_url() {
        assert_eq!(encoded(Path::new("/my project/a#b")), "/my%20project/a%23b");
    }
}
