//! The .env format: fields in, fields out.
//!
//! Read as dotenv libraries read it, so a value in double quotes may have escapes, and one without
//! quotes ends at a space or `#`. One thing is refused: a `$` that such a library would replace by
//! whatever the process has in its environment.

use dotenvy::Error as Dotenvy;
use zeroize::Zeroizing;

use super::Error;
use crate::{Fields, Value};

/// Reads `text`. A name that comes twice has its last value.
///
/// # Errors
/// [`Error::Dotenv`] with the line that is none; nothing of it is shown.
pub fn parse(text: &str) -> Result<Fields, Error> {
    if let Some(index) = text.lines().position(replaces) {
        return Err(Error::Dotenv {
            line: index + 1,
            reason: "its $ would be replaced by a variable; put the value in single quotes",
        });
    }
    let mut fields = Fields::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = pair.map_err(|error| Error::Dotenv {
            line: line_of(text, &error),
            reason: "it is not NAME=VALUE",
        })?;
        fields.insert(name, Value::from(value));
    }
    Ok(fields)
}

/// Whether `line` has a `$` that stands for a variable.
fn replaces(line: &str) -> bool {
    let line = line.trim_start();
    // A line without a name goes on with the value of the one before.
    let value = line.split_once('=').map_or(line, |(_, value)| value.trim());
    let free = value.replace("\\\\", "").replace("\\$", "").contains('$');
    free && !line.starts_with('#') && !value.starts_with('\'')
}

/// Writes `fields` so that [`parse`] reads them back as they are: in single quotes, in which a shell
/// finds nothing to replace either, or in double quotes where a value has single ones or a line's end.
///
/// # Errors
/// [`Error::Field`] for a value that is no text, or a name that no variable can have.
pub fn format(fields: &Fields) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    for (name, value) in fields {
        let wrong = |reason: &str| Error::Field {
            field: name.clone(),
            reason: reason.to_owned(),
        };
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.chars().all(letter) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong(
                "an environment variable has letters, digits and '_' only",
            ));
        }
        let value = value
            .expose_text()
            .map_err(|_| wrong("it is no text, and a .env file is"))?;
        text.push_str(name);
        text.push('=');
        // NB: the reader takes a backslash before the last single quote for an escape.
        match value.contains(['\'', '\n']) || value.ends_with('\\') {
            true => in_double_quotes(&mut text, value),
            false => text.extend(["'", value, "'"]),
        }
        text.push('\n');
    }
    Ok(text)
}

fn in_double_quotes(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' | '$' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// The first line with the text that `error` complains of; its words are not for showing.
fn line_of(text: &str, error: &Dotenvy) -> usize {
    let Dotenvy::LineParse(wrong, _) = error else {
        return 0;
    };
    let first = wrong.lines().next().unwrap_or_default();
    let found = text.lines().position(|line| line.trim() == first.trim());
    found.map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fields: &Fields) -> Vec<(&str, &str)> {
        let pairs = fields.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.expose_text().unwrap()))
            .collect()
    }

    #[test]
    fn a_file_is_read_as_others_read_it() {
        let text =
            "# keys\nexport ALPACA_ID=abc\nALPACA_KEY='a # b$c'\nEMPTY=\nQUOTED=\"two\\nlines\"\n";
        assert_eq!(
            shown(&parse(text).unwrap()),
            [
                ("ALPACA_ID", "abc"),
                ("ALPACA_KEY", "a # b$c"),
                ("EMPTY", ""),
                ("QUOTED", "two\nlines"),
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let hard = [
            "plain",
            "a b",
            "it's",
            "\"quoted\"",
            "back\\slash",
            "at the end\\",
            "$HOME ${HOME}",
            "`id`",
            "a\nb",
            "#no",
            "ä€",
        ];
        let fields: Fields = hard
            .iter()
            .enumerate()
            .map(|(index, value)| (format!("F{index}"), Value::from((*value).to_owned())))
            .collect();
        assert_eq!(parse(&format(&fields).unwrap()).unwrap(), fields);
    }

    #[test]
    fn a_wrong_line_is_named_and_not_shown() {
        let error = parse("A=1\nthis is a sesame\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: it is not NAME=VALUE");
    }

    #[test]
    fn a_variable_is_refused_and_not_replaced() {
        for line in ["A=$HOME", "A=\"x ${HOME}\"", "A=x$HOME", "$HOME\""] {
            let error = parse(&format!("# $HOME\n{line}\n")).unwrap_err();
            assert!(matches!(error, Error::Dotenv { line: 2, .. }), "{error}");
        }
        let kept = parse("A='$HOME'\nB=\"\\$HOME\"\n").unwrap();
        assert_eq!(shown(&kept), [("A", "$HOME"), ("B", "$HOME")]);
    }

    #[test]
    fn what_no_variable_can_hold_is_refused() {
        let field = |name: &str, bytes: &[u8]| {
            Fields::from([(name.to_owned(), Value::new(bytes.to_vec()))])
        };
        assert!(format(&field("tls.crt", b"x")).is_err());
        assert!(format(&field("BINARY", b"\xff\xfe")).is_err());
    }
}
