//! `secret set`: new values, from wherever they may come.

use std::{
    fs,
    io::{self, IsTerminal as _, Read as _},
    path::PathBuf,
};

use anyhow::Context as _;
use groundwork_secrets::{
    Fields, Value,
    store::{Error, Id, Kind, Store},
};

use crate::{
    cli::{Global, secret::Set},
    failure::Failure,
    secrets,
};

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// The person at the terminal, or standard input.
    Asked,
    /// A file, as it is.
    File(PathBuf),
}

/// Refuses a value among the arguments.
pub fn check(arguments: &Set) -> Result<(), Failure> {
    let mut fields = arguments.fields.iter();
    fields.try_for_each(|field| source(field).map(drop))
}

pub async fn run(global: &Global, arguments: &Set) -> anyhow::Result<()> {
    let named = arguments.fields.iter().map(|field| source(field));
    let mut sources = named.collect::<Result<Vec<_>, _>>()?;
    let (store, id, note) = secrets::change(global, "set", &arguments.change).await?;
    if sources.is_empty() {
        let kind = kind(&store, &id, arguments.kind).await?;
        sources = kind
            .required()
            .into_iter()
            .map(|field| (field.to_owned(), Source::Asked))
            .collect();
        if sources.is_empty() {
            let failure =
                Failure::wrong_use(format!("a secret of kind {kind} has no fields of its own"));
            return Err(failure.hint("name its fields, or choose a --kind").into());
        }
    }
    let changes = read(sources)?;
    secrets::written(&store.set(&id, arguments.kind, changes, &note).await?);
    Ok(())
}

/// `FIELD` or `FIELD=@FILE`.
fn source(argument: &str) -> Result<(String, Source), Failure> {
    match argument.split_once('=') {
        None => Ok((argument.to_owned(), Source::Asked)),
        Some((field, file)) => match file.strip_prefix('@') {
            Some(file) => Ok((field.to_owned(), Source::File(file.into()))),
            // NB: what stands there is not repeated.
            None => Err(Failure::wrong_use(format!(
                "the value of '{field}' must not be an argument: every process on the machine can read those, and the shell keeps them"
            ))
            .hint(format!(
                "leave '=…' out to be asked for it, pipe it in, or name a file: {field}=@FILE"
            ))),
        },
    }
}

/// The kind that the secret has, or is to have.
async fn kind(store: &Store, id: &Id, wanted: Option<Kind>) -> Result<Kind, Error> {
    match store.history(id).await {
        Ok(history) => Ok(history.first().map_or(Kind::Opaque, |entry| entry.kind)),
        Err(Error::NotThere(_)) => Ok(wanted.unwrap_or(Kind::Opaque)),
        Err(error) => Err(error),
    }
}

fn read(sources: Vec<(String, Source)>) -> anyhow::Result<Fields> {
    let asked = sources
        .iter()
        .filter(|(_, source)| *source == Source::Asked);
    if asked.count() > 1 && !io::stdin().is_terminal() {
        let failure =
            Failure::wrong_use("standard input is one value, and several fields are to be set");
        return Err(failure
            .hint("name files for the others, FIELD=@FILE, or import a .env file")
            .into());
    }
    sources
        .into_iter()
        .map(|(field, source)| {
            let value = match source {
                Source::File(path) => Value::new(
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?,
                ),
                Source::Asked if io::stdin().is_terminal() => {
                    let prompt = format!("{field}: ");
                    rpassword::prompt_password(prompt)
                        .context("cannot ask at the terminal")?
                        .into()
                }
                Source::Asked => piped()?,
            };
            Ok((field, value))
        })
        .collect()
}

/// Standard input to its end, without the line end that `echo` puts there.
fn piped() -> anyhow::Result<Value> {
    let mut bytes = vec![];
    io::stdin()
        .read_to_end(&mut bytes)
        .context("cannot read standard input")?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok(Value::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn a_field_is_asked_for_or_read_from_a_file() {
        assert_eq!(source("key").unwrap(), ("key".into(), Source::Asked));
        assert_eq!(
            source("key=@a=b.pem").unwrap(),
            ("key".into(), Source::File("a=b.pem".into()))
        );
    }

    #[test]
    fn a_value_among_the_arguments_is_refused_and_not_repeated() {
        let error = source("key=sesame").unwrap_err();
        assert_eq!(error.exit(), Exit::WrongUse);
        let words = format!("{error:?} {error}");
        assert!(
            words.contains("'key'") && !words.contains("sesame"),
            "{words}"
        );
    }
}
