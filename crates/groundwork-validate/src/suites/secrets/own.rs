//! A secret of a check's own, and `groundwork secret` as a person calls it.

use std::process::Output;

use groundwork_secrets::{
    Fields,
    store::{Entry, Id, Kind, Note, Store},
};
use rand::distr::{Alphanumeric, SampleString as _};

use crate::{
    runner::{CheckFailure, Context, blocking},
    shared::namespace::{self, NAMESPACE},
};

/// The one field of the checks' secrets, which are tokens.
pub(super) const FIELD: &str = "token";

/// A token of a check's own, in the checks' namespace, with which it goes.
pub(super) struct Own {
    pub(super) store: Store,
    pub(super) id: Id,
}

impl Own {
    /// A name that is free; the secret is not made yet.
    pub(super) async fn new(context: &Context) -> Result<Self, CheckFailure> {
        let cluster = context.cluster().await?;
        namespace::ensure(&cluster).await?;
        Ok(Self {
            store: Store::new(cluster.client().clone()),
            id: Id::new(NAMESPACE, &name())?,
        })
    }

    /// How a person says which: `NAME -n NAMESPACE`.
    pub(super) fn words(&self) -> String {
        format!("{} -n {}", self.id.name, self.id.namespace)
    }

    /// Makes `value` its next version.
    pub(super) async fn set(&self, value: &str) -> Result<Entry, CheckFailure> {
        let fields = Fields::from([(FIELD.to_owned(), value.to_owned().into())]);
        let note = Note {
            who: "groundwork-validate".into(),
            why: "checked".into(),
        };
        let set = self.store.set(&self.id, Some(Kind::Token), fields, &note);
        Ok(set.await?)
    }
}

/// The token that is the current version of `id`.
pub(super) async fn token(store: &Store, id: &Id) -> Result<String, CheckFailure> {
    let (_, fields) = store.read(id, None).await?;
    let value = fields.get(FIELD);
    let value = value.ok_or_else(|| format!("{id} has no field '{FIELD}'"))?;
    Ok(value.expose_text()?.to_owned())
}

/// A unique value: one word, so that it is the same in every format.
pub(super) fn marker() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 24)
}

/// A name that nothing else has.
pub(super) fn name() -> String {
    let random = Alphanumeric.sample_string(&mut rand::rng(), 12);
    format!("check-{}", random.to_lowercase())
}

/// Runs `groundwork secret WORDS` with `input` on its standard input, and returns what it printed.
pub(super) async fn secret(
    context: &Context,
    words: &str,
    input: &str,
) -> Result<String, CheckFailure> {
    let command = command(context, words, input);
    blocking(move || command.read()).await
}

/// The same, however it ends.
pub(super) async fn attempt(
    context: &Context,
    words: &str,
    input: &str,
) -> Result<Output, CheckFailure> {
    let command = command(context, words, input);
    blocking(move || command.output()).await
}

fn command(context: &Context, words: &str, input: &str) -> groundwork_process::exec::Command {
    let arguments: Vec<_> = ["secret"]
        .into_iter()
        .chain(words.split_whitespace())
        .collect();
    context.launcher(&arguments).stdin_bytes(input)
}
