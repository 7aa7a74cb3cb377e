//! A service's database: a user and a database of its name, and its credentials as a secret of ours.

use std::{fs::File, io::Read, path::Path};

use anyhow::Context;
use groundwork_contract::{Component, Deployment, Phase, Progress, Stack, role};
use groundwork_node::StateDir;
use groundwork_process::exec::Command;
use groundwork_secrets::{
    Fields, Value,
    store::{Error, Id, Kind, Note},
};

use crate::{again, cli::Global, failure::Failure, given, output, secrets};

/// The feature of a service that wants one.
const FEATURE: &str = "database";
/// What makes user and database, in the database's own pod (components/postgresql).
const SCRIPT: &str = "/etc/database/create-service.sql";
/// Hexadecimal digits of a password: 256 bits.
const LENGTH: usize = 64;

/// Has the stack's database started, if the service wants one and the stack does without.
///
/// # Errors
/// When no component gives one, or `up` fails; it has said why.
pub fn turn_on(global: &Global, deployment: &Deployment) -> anyhow::Result<()> {
    if !wants_one(deployment) || given::stack(global)?.of_role(role::DATABASE).is_ok() {
        return Ok(());
    }
    let name = &deployment.name;
    let stack = Stack::read(given::named(global)?)?;
    let component = stack.optional_of_role(role::DATABASE);
    let component = component.with_context(|| format!("no component gives {name} a database"))?;
    output::note(format!(
        "{name} wants a database: groundwork up --with {component}"
    ));
    match again::command(global, ["up", "--with", component])?.interact()? {
        0 => Ok(()),
        _ => Err(Failure::stack(format!("there is no database for {name}"))
            .hint(format!("groundwork up --with {component}"))
            .into()),
    }
}

/// The stack's database.
///
/// # Errors
/// When it is off; the hint turns it on.
pub fn of<'a>(global: &Global, stack: &'a Stack) -> anyhow::Result<&'a Component> {
    if let Ok(component) = stack.of_role(role::DATABASE) {
        return Ok(component);
    }
    let all = Stack::read(given::named(global)?)?;
    let name = all
        .optional_of_role(role::DATABASE)
        .unwrap_or(role::DATABASE);
    Err(Failure::stack("the stack has no database")
        .hint(format!("groundwork up --with {name}"))
        .into())
}

/// A command in the database's own pod, which still lacks its program; it reads standard input.
///
/// # Errors
/// When the database has no Service, or the stack no kubectl.
pub fn within(stack: &Stack, component: &Component, kubeconfig: &Path) -> anyhow::Result<Command> {
    let (workload, namespace) = component
        .service_name()
        .context("the database has no Service")?;
    Ok(Command::new(stack.program("kubectl")?)
        .env("KUBECONFIG", kubeconfig)
        .args(["exec", "--namespace", namespace, "--stdin"])
        .arg(format!("service/{workload}"))
        .arg("--"))
}

/// Whether the service has a database.
pub fn wants_one(deployment: &Deployment) -> bool {
    deployment.features.iter().any(|feature| feature == FEATURE)
}

/// Makes user and database, if the service wants one: what is there stays, and has the secret's password.
///
/// # Errors
/// When the stack has no database, or it or the secret cannot be written.
pub async fn bring<R: Fn(Progress) + Send + Sync>(
    state: &StateDir,
    stack: &Stack,
    deployment: &Deployment,
    report: &R,
) -> anyhow::Result<()> {
    if !wants_one(deployment) {
        return Ok(());
    }
    let name = &deployment.name;
    let component = stack.of_role(role::DATABASE)?;
    report(Progress::new("database", Phase::Starting, name.as_str()));
    let password = credentials(state, component, deployment).await?;
    let script = within(stack, component, &state.kubeconfig())?
        .args(["psql", "--quiet", "--set"])
        .arg(format!("name={name}"))
        .args(["--file", SCRIPT])
        .stdin_bytes([password.expose(), b"\n"].concat());
    tokio::task::spawn_blocking(move || script.run())
        .await?
        .context("the database does not take the service's user")?;
    report(Progress::new("database", Phase::Ready, name.as_str()));
    Ok(())
}

/// The secret with what the service reaches its database by.
///
/// # Errors
/// When the service's name is none for a secret.
pub fn credentials_of(deployment: &Deployment) -> Result<Id, Error> {
    Id::new(
        &deployment.namespace,
        &format!("{}-database", deployment.name),
    )
}

/// The password in the service's secret, which is made if it is not there.
async fn credentials(
    state: &StateDir,
    component: &Component,
    deployment: &Deployment,
) -> anyhow::Result<Value> {
    let name = &deployment.name;
    let store = secrets::open(state, "deploy").await?;
    let id = credentials_of(deployment)?;
    match store.read(&id, None).await {
        Ok((_, mut fields)) => fields
            .remove("password")
            .context("the secret has no password"),
        Err(Error::NotThere(_)) => {
            let address = component.service.as_deref().unwrap_or_default();
            let (host, port) = address
                .rsplit_once(':')
                .context("the database has no address")?;
            let password = password()?;
            let fields = [
                ("username", name.as_str()),
                ("password", &password),
                ("host", host),
                ("port", port),
                ("database", name),
            ];
            let fields: Fields = fields
                .into_iter()
                .map(|(field, value)| (field.to_owned(), Value::new(value.into())))
                .collect();
            let note = Note {
                who: secrets::person(),
                why: format!("the database of {name}"),
            };
            store.set(&id, Some(Kind::Database), fields, &note).await?;
            Ok(Value::new(password.into()))
        }
        Err(error) => Err(error.into()),
    }
}

fn password() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    let mut text = String::new();
    let mut random = File::open("/dev/urandom").context("the kernel gives no randomness")?;
    while text.len() < LENGTH {
        random.read_exact(&mut bytes)?;
        text += &format!("{:032x}", u128::from_ne_bytes(bytes));
    }
    Ok(text)
}
