//! The .env format: fields in, fields out.
//!
//! Read as [python-dotenv](https://github.com/theskumar/python-dotenv) 1.1 reads it, which Compose agrees with on
//! these points: a value in single or double quotes may span lines, and double quotes have escapes. A value
//! without quotes is the rest of its line up to a space and `#`. Three things are refused as mistakes: a `$NAME`
//! that a reader would replace from its environment, a quoted value that seems to contain another variable, and a
//! name without a value.

use zeroize::Zeroizing;

use super::Error;
use crate::{Fields, Value};

/// Reads `text`. A name that comes twice has its last value.
///
/// # Errors
/// [`Error::Dotenv`] with the number of the wrong line; its text stays hidden.
pub fn parse(text: &str) -> Result<Fields, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut fields = Fields::new();
    let mut reader = Reader { text, rest: text };
    while reader.skip(char::is_whitespace) {
        if let Some((name, value)) = reader.binding()? {
            fields.insert(name, Value::from(value));
        }
    }
    Ok(fields)
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Passes over what `like` names, and says whether anything is left.
    fn skip(&mut self, like: impl Fn(char) -> bool) -> bool {
        self.rest = self.rest.trim_start_matches(like);
        !self.rest.is_empty()
    }

    /// Takes what comes before the first character that `ends` names.
    fn take_to(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn wrong(&self, reason: &'static str) -> Error {
        let before = &self.text[..self.text.len() - self.rest.len()];
        Error::Dotenv {
            line: before.lines().count().max(1) + usize::from(before.ends_with('\n')),
            reason,
        }
    }

    /// One comment, or one variable; `None` for what sets nothing.
    fn binding(&mut self) -> Result<Option<(String, String)>, Error> {
        if self.rest.starts_with('#') {
            self.take_to(ends_line);
            return Ok(None);
        }
        let exported = self.rest.strip_prefix("export");
        if let Some(after) = exported.filter(|after| after.starts_with(blank)) {
            self.rest = after.trim_start_matches(blank);
        }
        let begin = self.rest;
        let name = self.name()?;
        self.skip(blank);
        let Some(after) = self.rest.strip_prefix('=') else {
            self.rest = begin;
            return Err(self.wrong("it is not NAME=VALUE"));
        };
        self.rest = after.trim_start_matches(blank);
        let value = match self.rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let value = self.quoted(quote)?;
                self.ends(begin, "something follows the closing quote")?;
                value
            }
            _ => self.plain()?,
        };
        Ok(Some((name, value)))
    }

    fn name(&mut self) -> Result<String, Error> {
        let begin = self.rest;
        let name = match begin.strip_prefix('\'') {
            Some(after) => {
                self.rest = after;
                let name = self.take_to(|c| c == '\'');
                self.rest = self.rest.strip_prefix('\'').unwrap_or_default();
                name
            }
            None => self.take_to(|c| c == '=' || c == '#' || c.is_whitespace()),
        };
        if name.is_empty() {
            self.rest = begin;
            return Err(self.wrong("it is not NAME=VALUE"));
        }
        Ok(name.to_owned())
    }

    /// A value in quotes, up to the one that no backslash precedes.
    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let begin = self.rest;
        let mut value = String::new();
        let mut letters = begin[1..].char_indices();
        while let Some((index, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    if swallows(&begin[1..=index]) {
                        return Err(self.wrong(
                            "inside its quotes a line sets another variable; a quote is missing or too many",
                        ));
                    }
                    self.rest = &begin[index + 2..];
                    return Ok(value);
                }
                '$' if quote == '"' && is_variable(&begin[index + 1..]) => {
                    return Err(self.wrong(REPLACED));
                }
                '\\' => {
                    let next = letters.clone().next();
                    let meant = next.and_then(|(_, next)| escape(next, quote));
                    if meant.is_some() {
                        letters.next();
                    }
                    value.push(meant.unwrap_or('\\'));
                }
                _ => value.push(letter),
            }
        }
        Err(self.wrong("its quote is not closed"))
    }

    /// A value without quotes.
    fn plain(&mut self) -> Result<String, Error> {
        let begin = self.rest;
        let line = self.take_to(ends_line);
        let comment = line
            .char_indices()
            .find(|&(index, letter)| letter == '#' && line[..index].ends_with(char::is_whitespace));
        let value = comment.map_or(line, |(index, _)| &line[..index]).trim_end();
        if value
            .match_indices('$')
            .any(|(index, _)| is_variable(&value[index..]))
        {
            self.rest = begin;
            return Err(self.wrong(REPLACED));
        }
        Ok(value.to_owned())
    }

    /// Passes over a comment and the line's end; anything else is wrong, on the line where `begin` is.
    fn ends(&mut self, begin: &'a str, reason: &'static str) -> Result<(), Error> {
        self.skip(blank);
        if self.rest.starts_with('#') {
            self.take_to(ends_line);
        }
        if self.rest.is_empty() || self.rest.starts_with(ends_line) {
            return Ok(());
        }
        self.rest = begin;
        Err(self.wrong(reason))
    }
}

const REPLACED: &str = "its $ would be replaced by a variable; put the value in single quotes";

fn ends_line(letter: char) -> bool {
    matches!(letter, '\r' | '\n')
}

fn blank(letter: char) -> bool {
    letter.is_whitespace() && !ends_line(letter)
}

/// What a backslash and `letter` mean within `quote`, where they mean something.
fn escape(letter: char, quote: char) -> Option<char> {
    match letter {
        '\\' | '\'' => Some(letter),
        _ if quote == '\'' => None,
        '"' | '$' => Some(letter),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        _ => None,
    }
}

/// Whether `text`, which begins with `$`, names a variable: `$NAME` or `${`.
fn is_variable(text: &str) -> bool {
    let next = text[1..].chars().next();
    next.is_some_and(|c| c == '{' || c == '_' || c.is_ascii_alphabetic())
}

/// Whether a variable's name may have it.
fn in_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a line after the first sets a variable. In Base64 a `=` is followed by the end or another `=`.
fn swallows(value: &str) -> bool {
    value.lines().skip(1).any(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        line.split_once('=').is_some_and(|(name, value)| {
            !name.is_empty()
                && name.chars().all(in_a_name)
                && !value.is_empty()
                && !value.starts_with('=')
        })
    })
}

/// Writes `fields` so that a shell, python-dotenv and Node.js read them alike: in single quotes, or in double
/// quotes where a value has a single one.
///
/// # Errors
/// [`Error::Field`] for a value that is not text or that these three read differently. Also for a name that
/// no variable can have.
pub fn format(fields: &Fields) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    for (name, value) in fields {
        let wrong = |reason: &str| Error::Field {
            field: name.clone(),
            reason: reason.to_owned(),
        };
        if !name.chars().all(in_a_name) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong(
                "an environment variable has letters, digits and '_' only",
            ));
        }
        let value = value
            .expose_text()
            .map_err(|_| wrong("it is no text, and a .env file is"))?;
        let quote = quote_for(value).ok_or_else(|| {
            wrong("no .env file has it so that shell, Python and Node.js read it alike")
        })?;
        text.extend([name, "=", quote, value, quote, "\n"]);
    }
    Ok(text)
}

/// The quotes within which all three readers take `value` as it stands.
///
/// In single quotes python-dotenv knows `\\` and `\'`, and replaces `${`; Node.js knows no escape there at all.
/// In double quotes a shell looks at four characters. A carriage return becomes a line feed in Node.js.
fn quote_for(value: &str) -> Option<&'static str> {
    if value.contains("${") || value.contains("\\\\") || value.contains(['\r', '\0']) {
        return None;
    }
    match value.contains('\'') {
        false => (!value.ends_with('\\') && !swallows(value)).then_some("'"),
        true => (!value.contains(['"', '\\', '$', '`']) && !swallows(value)).then_some("\""),
    }
}

#[cfg(test)]
#[path = "dotenv_properties.rs"]
mod properties;
#[cfg(test)]
#[path = "dotenv_tests.rs"]
mod tests;
