//! `secret get`, `list` and `history`.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _},
};

use groundwork_secrets::{
    Value,
    store::{Entry, dotenv},
};

use crate::{
    cli::{
        Global,
        secret::{Get, History, List},
    },
    failure::Failure,
    output, secrets, table,
};

pub async fn get(global: &Global, arguments: &Get) -> anyhow::Result<()> {
    if !arguments.reveal {
        let failure = Failure::wrong_use("get shows a value on the screen, and was not told to");
        return Err(failure
            .hint("add --reveal; `groundwork secret list` shows what is there without values")
            .into());
    }
    let (store, id) = secrets::secret(global, "get", &arguments.which).await?;
    let (_, mut fields) = store.read(&id, arguments.version).await?;
    if let Some(name) = &arguments.field {
        if !fields.contains_key(name) {
            let names: Vec<_> = fields.keys().map(String::as_str).collect();
            let failure = Failure::wrong_use(format!("{id} has no field '{name}'"));
            return Err(failure.hint(format!("it has {}", names.join(", "))).into());
        }
        fields.retain(|field, _| field == name);
    }
    if arguments.json {
        let shown: BTreeMap<_, _> = fields
            .iter()
            .map(|(name, value)| Ok((name, text(name, value)?)))
            .collect::<Result<_, Failure>>()?;
        return Ok(output::json(&shown)?);
    }
    if fields.len() == 1 {
        for value in fields.values() {
            output::raw(value.expose());
            // A file or another program gets the value's bytes and no more.
            if io::stdout().is_terminal() {
                output::raw(b"\n");
            }
        }
    } else {
        output::raw(dotenv::format(&fields)?.as_bytes());
    }
    Ok(())
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Failure> {
    value.expose_text().map_err(|_| {
        Failure::stack(format!("field '{name}' is no text"))
            .hint("name it, and leave --json out: its bytes are printed as they are")
    })
}

pub async fn list(global: &Global, arguments: &List) -> anyhow::Result<()> {
    let store = secrets::running(global, "list").await?;
    let entries = store.list(arguments.namespace.as_deref()).await?;
    if arguments.json {
        return Ok(output::json(&entries)?);
    }
    let titles = [
        "NAMESPACE",
        "NAME",
        "KIND",
        "FIELDS",
        "VERSION",
        "WHEN",
        "WHO",
    ];
    let row = |entry: &Entry| {
        [
            entry.namespace.clone(),
            entry.name.clone(),
            entry.kind.to_string(),
            entry.fields.join(","),
            entry.version.to_string(),
            when(entry),
            entry.who.clone(),
        ]
    };
    output::lines(table::titled(titles, entries.iter().map(row)));
    Ok(())
}

pub async fn history(global: &Global, arguments: &History) -> anyhow::Result<()> {
    let (store, id) = secrets::secret(global, "history", &arguments.which).await?;
    let entries = store.history(&id).await?;
    if arguments.json {
        return Ok(output::json(&entries)?);
    }
    let titles = ["VERSION", "", "FIELDS", "WHEN", "WHO", "WHY"];
    let row = |entry: &Entry| {
        [
            entry.version.to_string(),
            if entry.current {
                "current".into()
            } else {
                String::new()
            },
            entry.fields.join(","),
            when(entry),
            entry.who.clone(),
            entry.why.clone(),
        ]
    };
    output::lines(table::titled(titles, entries.iter().map(row)));
    Ok(())
}

/// To the second.
fn when(entry: &Entry) -> String {
    entry.when.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
