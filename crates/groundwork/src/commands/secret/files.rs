//! `secret import` and `export`: .env files, for tools that know nothing else.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, fchown},
};

use anyhow::Context as _;
use groundwork_secrets::store::dotenv;
use zeroize::Zeroizing;

use crate::{
    cli::{
        Global,
        secret::{Export, Import},
    },
    failure::Failure,
    output, secrets,
};

pub async fn import(global: &Global, arguments: &Import) -> anyhow::Result<()> {
    let file = arguments.file.display();
    let text =
        fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let text = Zeroizing::new(text);
    let fields = dotenv::parse(&text).with_context(|| format!("{file} is no .env file"))?;
    if fields.is_empty() {
        return Err(Failure::stack(format!("{file} sets no variable")).into());
    }
    let (store, id, note) = secrets::change(global, "import", &arguments.change).await?;
    secrets::written(&store.set(&id, arguments.kind, fields, &note).await?);
    output::note(format!(
        "{file} still has the values in plain text; remove it when nothing reads it any more"
    ));
    Ok(())
}

pub async fn export(global: &Global, arguments: &Export) -> anyhow::Result<()> {
    let (store, id) = secrets::secret(global, "export", &arguments.which).await?;
    let (_, fields) = store.read(&id, None).await?;
    let text = dotenv::format(&fields)?;
    let path = arguments.file.display();
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.file);
    let mut file = match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let failure =
                Failure::wrong_use(format!("{path} is there already, and is left as it is"));
            return Err(failure.hint("remove it, or name another file").into());
        }
        made => made.with_context(|| format!("cannot make {path}"))?,
    };
    let written = owned_by_caller(&file)
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A part of a secret is of no use to anybody but a thief.
        let _ = fs::remove_file(&arguments.file);
        return Err(error).with_context(|| format!("cannot write {path}"));
    }
    output::note(format!(
        "warning: {path} has the values in plain text, readable for you alone; remove it after use, and never commit it"
    ));
    Ok(())
}

/// Gives a file that was made through sudo to the person who asked for it.
fn owned_by_caller(file: &File) -> io::Result<()> {
    let number = |name| env::var(name).ok()?.parse::<u32>().ok();
    match (number("SUDO_UID"), number("SUDO_GID")) {
        (Some(user), Some(group)) => fchown(file, Some(user), Some(group)),
        _ => Ok(()),
    }
}
