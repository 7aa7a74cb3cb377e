//! Several items within one message.

/// Each item on a line of its own, below what comes before it.
pub fn indented(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for item in items {
        text.push_str("\n    ");
        text.push_str(item.as_ref());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_has_a_line_of_its_own() {
        assert_eq!(indented(["a", "b"]), "\n    a\n    b");
        assert_eq!(indented([""; 0]), "");
    }
}
