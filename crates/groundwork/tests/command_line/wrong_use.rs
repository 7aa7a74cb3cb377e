//! Each way to use the command line wrongly that shows without a running stack: what it says, and its exit code.

use nix::unistd::geteuid;

use crate::desk::Desk;

/// A manifest with one wave, whose folder has the files that `fields` names.
fn manifest(fields: &str) -> String {
    format!(
        r#"{{"format": 3, "version": "0.1.0", "programs": {{}}, "cni_plugins": "/cni", "components": [],
 "waves": [{{"name": "system", "objects": "objects.yaml"{fields}}}], "templates": "/templates"}}"#
    )
}

/// Compares what root reads; an ordinary user is told to be root, whatever else is wrong.
fn reads_as_root(desk: Desk, name: &str) {
    match geteuid().is_root() {
        true => desk.reads(name),
        false => desk.needs_root(),
    }
}

#[test]
fn arguments() {
    let desk = Desk::bare().runs(&[
        "groundwork",
        "groundwork strat",
        "groundwork up now",
        "groundwork up --timeout soon",
        "groundwork up --state-dir",
        "groundwork validate REQ-9.9",
        "groundwork bench",
        "groundwork bench disks",
        "groundwork logs",
        "groundwork logs hello --lines many",
        "groundwork topics describe",
        "groundwork topics show orders",
        "groundwork produce",
        "groundwork consume orders --from yesterday",
        "groundwork consume orders --from 2026-11-22T14:30:00Z --from-beginning",
        "groundwork consume orders --max -1",
        "groundwork secret",
        "groundwork secret set alpaca key=sesame",
        "groundwork secret set alpaca --kind password",
        "groundwork secret get alpaca --version newest",
        "groundwork secret export alpaca .env --format json",
        "groundwork secret audit --since yesterday",
    ]);
    desk.reads("wrong_use/arguments.txt");
}

#[test]
fn a_manifest() {
    let desk = Desk::new()
        .with("words.json", "no manifest")
        .with("format.json", r#"{"format": 1, "images": []}"#)
        .with(
            "field.json",
            &manifest("").replace("\"programs\"", "\"programmes\""),
        )
        .with(
            "empty.json",
            &manifest("").replace("\"objects.yaml\"", "\"/dev/null\""),
        )
        .runs(&[
            "groundwork topics",
            "groundwork topics --stack nowhere.json",
            "groundwork topics --stack words.json",
            "groundwork topics --stack format.json",
            "groundwork topics --stack field.json",
            "groundwork topics --stack empty.json",
            "groundwork open --stack empty.json",
            "groundwork produce orders --stack nowhere.json",
            "groundwork consume orders --stack nowhere.json",
            "groundwork doctor --stack nowhere.json",
        ]);
    desk.reads("wrong_use/manifest.txt");
}

#[test]
fn no_stack_yet() {
    let desk = Desk::new().with("empty.json", &manifest("")).runs(&[
        "groundwork up",
        "groundwork down",
        "groundwork logs hello",
        "groundwork validate",
        "groundwork validate --stack empty.json",
        "groundwork bench cluster",
        "groundwork bench events",
        "groundwork kubectl get pods",
        "groundwork kubectl get pods --stack empty.json",
        "groundwork --stack empty.json kubectl get pods",
        "groundwork secret list",
        "groundwork secret get alpaca",
        "groundwork secret get alpaca --reveal",
        "groundwork secret set Alpaca.v1 key",
        "groundwork secret rotate-key",
    ]);
    reads_as_root(desk, "wrong_use/no-stack.txt");
}

#[test]
fn the_folder_of_somebody_else() {
    let desk = Desk::new().with("photos/holiday.txt", "the sea").runs(&[
        "groundwork --state-dir photos down",
        "groundwork --state-dir photos destroy",
        "groundwork --state-dir photos destroy --yes",
    ]);
    reads_as_root(desk, "wrong_use/state.txt");
}

#[test]
fn declared_topics() {
    let topics = "topics:\n  - name: or ders\n    partitions: 6\n  - name: fills.v1\n    partitions: 0\n    retention: soon\n  - name: fills_v1\n    partitions: 1\n";
    let desk = Desk::new()
        .with_hidden("objects.yaml", "")
        .with_hidden("topics.json", &manifest(r#", "topics": "topics.yaml""#))
        .with("topics.yaml", topics)
        .runs(&["groundwork up --stack topics.json"])
        .with(
            "topics.yaml",
            "topics:\n  - name: orders\n    partition: 6\n",
        )
        .runs(&["groundwork up --stack topics.json"])
        .with("topics.yaml", "topics: [\n")
        .runs(&["groundwork up --stack topics.json"]);
    reads_as_root(desk, "wrong_use/topics.txt");
}

#[test]
fn declared_secrets_and_objects() {
    let desk = Desk::new()
        .with_hidden("objects.yaml", "")
        .with_hidden("secrets.json", &manifest(r#", "secrets": "secrets.yaml""#))
        .with(
            "secrets.yaml",
            "secrets:\n  - name: hello-token\n    namespace: hello\n    kind: password\n",
        )
        .runs(&["groundwork up --stack secrets.json"])
        .with("objects.yaml", "kind: [\n")
        .runs(&["groundwork up --stack secrets.json"])
        .with("objects.yaml", "kind: Service\n")
        .runs(&["groundwork up --stack secrets.json"]);
    reads_as_root(desk, "wrong_use/objects.txt");
}

#[test]
fn an_env_file() {
    let desk = Desk::new()
        .with("name.env", "KEY=sesame\nno variable here\n")
        .with("quote.env", "KEY='sesame\n")
        .with("after.env", "KEY='sesame' seeds\n")
        .with("swallows.env", "KEY=\"sesame\nID=7\"\n")
        .with("variable.env", "# where\nURL=https://$HOST/\n")
        .with("nothing.env", "# nothing yet\n")
        .runs(&[
            "groundwork secret import alpaca nowhere.env",
            "groundwork secret import alpaca name.env",
            "groundwork secret import alpaca quote.env",
            "groundwork secret import alpaca after.env",
            "groundwork secret import alpaca swallows.env",
            "groundwork secret import alpaca variable.env",
            "groundwork secret import alpaca nothing.env",
        ]);
    reads_as_root(desk, "wrong_use/env.txt");
}
