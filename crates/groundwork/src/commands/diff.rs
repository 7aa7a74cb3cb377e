//! `diff`: what `up` would change, field by field; exit 1 when there is something.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use diffy::DiffOptions;
use groundwork_apply::{Change, Cluster, Difference, Field, Owner};
use groundwork_contract::Stack;
use groundwork_events::{
    Bus,
    topics::{self, Declared},
};
use groundwork_node::StateDir;
use groundwork_secrets::store::Declared as Secrets;
use serde::Serialize;
use serde_json::Value;

use crate::{
    changes::Changes,
    cli::{Global, json::Json},
    failure::Exit,
    gcroot, given, optional, output, root, runtime, secrets,
};

/// The answer of `diff --json`.
#[derive(Serialize)]
struct Answer {
    /// How many objects there are to be.
    objects: usize,
    /// Programs of the node that are others than those that run.
    programs: Vec<String>,
    /// Images that are others than those that run.
    images: Vec<String>,
    /// What would be done with the event bus's topics.
    topics: Vec<String>,
    /// Secrets that would be made, as `namespace/name`.
    secrets: Vec<String>,
    /// Each object that would change.
    changes: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    /// `group/kind/namespace/name`.
    object: String,
    #[serde(skip)]
    spoken: String,
    would_be: WouldBe,
    fields: Vec<Field>,
    /// Why, where the API server had to be asked.
    reason: Option<String>,
}

/// What `up` would do with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum WouldBe {
    Created,
    Changed,
    /// Deleted and created.
    Replaced,
    Deleted,
    /// The API server does not say.
    Unknown,
}

pub fn run(global: &Global, arguments: Json) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let chosen = optional::choose(given::named(global)?, &global.state_dir, &[], &[])?;
    Ok(match show(global, &chosen.manifest, arguments.json)? {
        true => Exit::Done,
        false => Exit::Failed,
    }
    .into())
}

/// Shows what `up` with the stack of `manifest` would change, and says whether that is nothing.
///
/// # Errors
/// When the stack does not run, or its API server does not answer.
pub fn show(global: &Global, manifest: &Path, json: bool) -> anyhow::Result<bool> {
    let stack = Stack::read(manifest)?;
    let state = given::running_state_dir(global)?;
    let (drift, topics, secrets) = runtime::new()?.block_on(async {
        let cluster = Cluster::connect(&state.kubeconfig()).await?;
        let drift = cluster.drift(&Owner::Stack, &stack.waves).await?;
        // A bus that does not answer is no reason to say nothing of the objects that make it.
        let topics = topics(&stack).await;
        let topics = topics.unwrap_or_else(|error| vec![format!("cannot be compared: {error:#}")]);
        anyhow::Ok((drift, topics, secrets(&state, &stack).await?))
    })?;
    // Outside a Nix store nobody keeps what runs.
    let runs = gcroot::protected(&global.state_dir);
    let runs = runs.and_then(|(runs, _)| Stack::read(&runs.join("stack.json")).ok());
    let changes = runs.map_or_else(Changes::default, |runs| Changes::between(&runs, &stack));
    let answer = Answer {
        objects: drift.objects,
        programs: changes.programs,
        images: changes.images,
        topics,
        secrets,
        changes: drift.differences.into_iter().map(Shown::from).collect(),
    };
    match json {
        true => output::json(&answer)?,
        false => output::lines(answer.lines()),
    }
    Ok(answer.is_nothing())
}

/// What would be done with the topics that the stack declares.
async fn topics(stack: &Stack) -> anyhow::Result<Vec<String>> {
    let mut actions = vec![];
    for file in stack.waves.iter().filter_map(|wave| wave.topics.as_ref()) {
        let declared = Declared::read(file).map_err(groundwork_events::Error::from)?;
        let bus = Bus::connect(&given::bootstrap(stack)?, given::BUS_PATIENCE).await?;
        let plan = topics::planned(&bus, &declared, false).await?;
        actions.extend(plan.actions.iter().map(ToString::to_string));
    }
    Ok(actions)
}

/// The secrets that the stack declares and the cluster has not.
async fn secrets(state: &StateDir, stack: &Stack) -> anyhow::Result<Vec<String>> {
    let store = secrets::open(state, "diff").await?;
    let there = store.list(None).await?;
    let there: BTreeSet<_> = there.iter().map(|entry| entry.id().to_string()).collect();
    let mut missing = vec![];
    for file in stack.waves.iter().filter_map(|wave| wave.secrets.as_ref()) {
        let declared = Secrets::read(file)?.secrets;
        missing.extend(declared.iter().map(|need| need.id.to_string()));
    }
    missing.retain(|id| !there.contains(id));
    Ok(missing)
}

impl From<Difference> for Shown {
    fn from(difference: Difference) -> Self {
        let (would_be, fields, reason) = match difference.change {
            Change::Missing | Change::UnknownKind => (WouldBe::Created, vec![], None),
            Change::Fields(fields) => (WouldBe::Changed, fields, None),
            Change::Replaced(reason) => (WouldBe::Replaced, vec![], Some(reason)),
            Change::Left(_) => (WouldBe::Deleted, vec![], None),
            Change::Unknown(reason) => (WouldBe::Unknown, vec![], Some(reason)),
        };
        Self {
            object: difference.object.to_string(),
            spoken: difference.object.spoken(),
            would_be,
            fields,
            reason,
        }
    }
}

impl Answer {
    fn is_nothing(&self) -> bool {
        let names = [&self.programs, &self.images, &self.topics, &self.secrets];
        names.iter().all(|it| it.is_empty()) && self.changes.is_empty()
    }

    fn lines(&self) -> Vec<String> {
        let kinds = [
            ("other programs", &self.programs),
            ("other images", &self.images),
            ("topics", &self.topics),
            ("new secrets", &self.secrets),
        ];
        let kinds = kinds.iter().filter(|(_, names)| !names.is_empty());
        let mut lines: Vec<_> = kinds
            .map(|(kind, names)| format!("{kind}: {}", names.join(", ")))
            .collect();
        lines.extend(self.changes.iter().flat_map(Shown::lines));
        lines.push(match self.changes.len() {
            0 => format!("none of {} objects would change", self.objects),
            changes => format!("{changes} of {} objects would change", self.objects),
        });
        lines
    }
}

impl Shown {
    fn lines(&self) -> Vec<String> {
        let words = match self.would_be {
            WouldBe::Created => "would be created",
            WouldBe::Changed => "would be changed",
            WouldBe::Replaced => "would be deleted and created again",
            WouldBe::Deleted => "would be deleted",
            WouldBe::Unknown => "cannot be compared",
        };
        let reason = self.reason.iter().map(|reason| format!(": {reason}"));
        let first = format!("{} {words}{}", self.spoken, reason.collect::<String>());
        let mut lines = vec![first];
        lines.extend(self.fields.iter().flat_map(field));
        lines
    }
}

/// `path: before -> after`, or the lines that differ of values with several.
fn field(field: &Field) -> Vec<String> {
    let Field {
        path,
        before,
        after,
    } = field;
    let (before, after) = (text(before), text(after));
    if !before.contains('\n') && !after.contains('\n') {
        return vec![format!("  {path}: {before} -> {after}")];
    }
    let mut options = DiffOptions::new();
    let patch = options.set_context_len(1).create_patch(&before, &after);
    let patch = patch.to_string();
    // Its first two lines name files.
    let differing = patch.lines().skip(2).map(|line| format!("    {line}"));
    [format!("  {path}:")]
        .into_iter()
        .chain(differing)
        .collect()
}

/// A value as a person reads it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(changes: Vec<Change>) -> Answer {
        let changes = changes.into_iter().map(|change| {
            let object = "/ConfigMap/shop/settings".parse().unwrap();
            Difference { object, change }.into()
        });
        Answer {
            objects: 3,
            programs: vec![],
            images: vec![],
            topics: vec![],
            secrets: vec![],
            changes: changes.collect(),
        }
    }

    fn changed(before: Value, after: Value) -> Vec<String> {
        let path = "data.a".into();
        answer(vec![Change::Fields(vec![Field {
            path,
            before,
            after,
        }])])
        .lines()
    }

    #[test]
    fn a_field_is_told_with_both_values() {
        let last = "1 of 3 objects would change";
        let first = "ConfigMap shop/settings would be changed";
        assert_eq!(
            changed(Value::Null, json!(3)),
            [first, "  data.a: nothing -> 3", last]
        );
        let lines = changed("a\nb\nc\nd\n".into(), "a\nb\nc\ne\n".into());
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let expected = [
            first,
            "  data.a:",
            "    @@ -3,2 +3,2 @@",
            "     c",
            "    -d",
            "    +e",
            last,
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn nothing_is_told_as_such_and_an_image_alone_is_something() {
        let mut answer = answer(vec![]);
        assert_eq!(answer.lines(), ["none of 3 objects would change"]);
        assert!(answer.is_nothing());
        answer.images.push("hello".into());
        assert!(!answer.is_nothing());
        assert_eq!(answer.lines()[0], "other images: hello");
    }

    #[test]
    fn what_is_made_anew_comes_with_the_reason() {
        let answer = answer(vec![Change::Replaced("field is immutable".into())]);
        assert_eq!(
            answer.lines()[0],
            "ConfigMap shop/settings would be deleted and created again: field is immutable"
        );
    }
}
