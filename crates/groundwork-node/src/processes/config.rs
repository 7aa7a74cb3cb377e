//! A process's configuration: the file in `configs`, and what depends on the machine.

use serde_json::Value;

/// Reads one of the program's own YAML files.
pub(super) fn of_yaml(file: &str) -> Value {
    serde_yaml_ng::from_str(file).expect("the tests read each of the program's own files")
}

/// Reads one of the program's own TOML files.
pub(super) fn of_toml(file: &str) -> Value {
    toml::from_str(file).expect("the tests read each of the program's own files")
}

/// Reads one of the program's own JSON files.
pub(super) fn of_json(file: &str) -> Value {
    serde_json::from_str(file).expect("the tests read each of the program's own files")
}

/// As the process reads it.
pub(super) fn yaml(config: &Value) -> String {
    serde_yaml_ng::to_string(config).expect("what comes from YAML is YAML")
}

/// As the process reads it.
pub(super) fn toml(config: &Value) -> String {
    toml::to_string(config).expect("what comes from TOML is TOML")
}
