//! The path of a request as decoded segments. A path that another server may read differently is refused. Pure.

use percent_encoding::percent_decode_str;

/// The decoded segments of `path`, which begins with `/`. None when it is anything but plain: a dot
/// segment, an empty one, or one that hides a separator or another encoding, however it is written.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(vec![]);
    }
    path.split('/').map(segment).collect()
}

fn segment(raw: &str) -> Option<String> {
    let decoded = percent_decode_str(raw).decode_utf8().ok()?;
    let hides = |c: char| c.is_control() || "/\\%?#;".contains(c);
    let plain = !matches!(&*decoded, "" | "." | "..") && !decoded.chars().any(hides);
    plain.then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_decoded() {
        let path = "/api/services/my%20service/operations";
        let decoded = ["api", "services", "my service", "operations"];
        assert_eq!(segments(path).unwrap(), decoded);
        assert_eq!(segments("/").unwrap(), [""; 0]);
        assert_eq!(segments("/a..b/.c").unwrap(), ["a..b", ".c"]);
    }

    #[test]
    fn what_could_mean_another_path_is_none() {
        for path in [
            "/..",
            "/a/../b",
            "/a/./b",
            "/%2e%2e/b",
            "/a/.%2E/b",
            "/%252e%252e/b",
            "/a%2fb",
            "/a%5cb",
            "/a//b",
            "/a/",
            "/a%00",
            "/a%0ab",
            "/a;x=1",
            "/%ff",
            "a",
        ] {
            assert_eq!(segments(path), None, "{path}");
        }
    }
}
