//! topics.yaml: the topics that a stack declares, each with the lines that it stands in.
//!
//! ```yaml
//! topics:
//!   - name: orders
//!     partitions: 6
//!     retention: 7d        # or forever; without it the broker's default
//!     compact: true        # keep each key's newest record; with a retention, that long
//!     config:              # any of Kafka's topic settings by its own name
//!       max.message.bytes: 2097152
//! ```
//!
//! Only what can be judged without a broker is judged here; the settings are Kafka's to judge.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use super::{
    Broken, Refused, Retention,
    lines::{Step, line_of},
    name,
};

const RETENTION: &str = "retention.ms";
const SIZE: &str = "retention.bytes";
const CLEANUP: &str = "cleanup.policy";

/// The topics that a file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The file, for messages.
    pub file: PathBuf,
    /// In the order of the file.
    pub topics: Vec<Topic>,
}

/// One declared topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: i32,
    /// Kafka's settings by their own names; all others are the broker's defaults.
    pub settings: BTreeMap<String, String>,
    /// Where it stands in the file.
    pub(super) lines: Lines,
}

/// The lines that a message about a topic points to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lines {
    pub(super) name: usize,
    pub(super) partitions: usize,
    pub(super) settings: BTreeMap<String, usize>,
}

impl Declared {
    /// Reads `file`.
    ///
    /// # Errors
    /// [`Refused`] with every broken rule and its line; YAML of another form breaks one, too.
    pub fn read(file: &Path) -> Result<Self, Refused> {
        let text = fs::read_to_string(file).map_err(|error| Refused {
            file: file.into(),
            broken: vec![Broken::new(0, format!("cannot be read: {error}"))],
        })?;
        Self::parse(file, &text)
    }

    /// Judges `text`, which came from `file`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(file: &Path, text: &str) -> Result<Self, Refused> {
        let raw: File = serde_yaml_ng::from_str(text).map_err(|error| Refused {
            file: file.into(),
            broken: vec![form_error(&error)],
        })?;
        let mut broken = Vec::new();
        let mut topics: Vec<Topic> = Vec::new();
        for (index, raw) in raw.topics.into_iter().enumerate() {
            let topic = raw.judge(text, index, &mut broken);
            if let Some(objection) = clash(&topic, &topics) {
                broken.push(Broken::new(topic.lines.name, objection));
            }
            topics.push(topic);
        }
        Refused::unless_empty(file, broken)?;
        Ok(Self {
            file: file.into(),
            topics,
        })
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topics: Vec<Raw>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    partitions: i32,
    retention: Option<String>,
    #[serde(default)]
    compact: bool,
    #[serde(default)]
    config: Config,
}

impl Raw {
    fn judge(self, text: &str, index: usize, broken: &mut Vec<Broken>) -> Topic {
        let line = |fields: &[&str]| {
            let mut path = vec![Step::Field("topics"), Step::Item(index)];
            path.extend(fields.iter().map(|field| Step::Field(field)));
            line_of(text, &path)
        };
        let mut lines = Lines {
            name: line(&["name"]),
            partitions: line(&["partitions"]),
            settings: BTreeMap::new(),
        };
        let mut settings = BTreeMap::new();
        for (setting, value) in self.config.0 {
            lines
                .settings
                .insert(setting.clone(), line(&["config", &setting]));
            settings.insert(setting, value);
        }
        let mut object = |line, reason: String| broken.push(Broken::new(line, reason));
        let has_size = settings.contains_key(SIZE);
        // A field of ours stands for one of Kafka's settings: said in both ways, it is ambiguous and refused.
        let mut stands_for = |field: &str, setting: &str, value: String| {
            let line = line(&[field]);
            if settings.insert(setting.into(), value).is_some() {
                object(
                    line,
                    format!("'{field}' and '{setting}' say the same thing twice"),
                );
            }
            lines.settings.insert(setting.into(), line);
        };
        let mut unreadable = None;
        match self.retention.as_deref().map(str::parse::<Retention>) {
            Some(Ok(kept)) => {
                stands_for("retention", RETENTION, kept.millis().to_string());
                // The broker's bound on a partition's size would delete all the same.
                if kept == Retention::Forever && !has_size {
                    stands_for("retention", SIZE, "-1".into());
                }
            }
            Some(Err(reason)) => unreadable = Some(reason),
            None => {}
        }
        if self.compact {
            // Kafka heeds retention.ms only where the policy also says `delete`.
            let policy = if self.retention.is_some() {
                "compact,delete"
            } else {
                "compact"
            };
            stands_for("compact", CLEANUP, policy.into());
        }
        if let Some(reason) = unreadable {
            object(line(&["retention"]), reason);
        }
        if let Some(reason) = name::objection(&self.name) {
            object(lines.name, reason);
        }
        if self.partitions < 1 {
            let reason = format!("topic '{}': a topic has one partition at least", self.name);
            object(lines.partitions, reason);
        }
        Topic {
            name: self.name,
            partitions: self.partitions,
            settings,
            lines,
        }
    }
}

/// What keeps `topic` from standing beside those before it.
fn clash(topic: &Topic, before: &[Topic]) -> Option<String> {
    let form = name::collision_form(&topic.name);
    let other = before
        .iter()
        .find(|other| name::collision_form(&other.name) == form)?;
    let (name, line) = (&topic.name, other.lines.name);
    Some(if other.name == *name {
        format!("topic '{name}' is declared in line {line} already")
    } else {
        let other = &other.name;
        format!(
            "topic '{name}' differs from '{other}' (line {line}) only in '.' and '_', which collide in Kafka's metrics"
        )
    })
}

/// The parser's own complaint, with its position told apart.
fn form_error(error: &serde_yaml_ng::Error) -> Broken {
    let text = error.to_string();
    match error.location() {
        Some(location) => {
            let reason = text
                .rsplit_once(" at line ")
                .map_or(&*text, |(reason, _)| reason);
            Broken::new(location.line(), reason)
        }
        None => Broken::new(0, text),
    }
}

/// Kafka's settings: scalars as Kafka writes them, each once.
#[derive(Default)]
struct Config(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConfigVisitor)
    }
}

struct ConfigVisitor;

impl<'de> Visitor<'de> for ConfigVisitor {
    type Value = Config;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of Kafka's topic settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Config, A::Error> {
        let mut settings = BTreeMap::new();
        while let Some(setting) = map.next_key::<String>()? {
            let Scalar(value) = map.next_value()?;
            if settings.contains_key(&setting) {
                return Err(A::Error::custom(format!("'{setting}' is said twice")));
            }
            settings.insert(setting, value);
        }
        Ok(Config(settings))
    }
}

#[derive(serde::Deserialize)]
#[serde(from = "ScalarForm")]
struct Scalar(String);

#[derive(serde::Deserialize)]
#[serde(
    untagged,
    expecting = "a setting's value is a number, a text, true or false"
)]
enum ScalarForm {
    Truth(bool),
    Whole(i64),
    Number(f64),
    Text(String),
}

impl From<ScalarForm> for Scalar {
    fn from(form: ScalarForm) -> Self {
        Self(match form {
            ScalarForm::Truth(value) => value.to_string(),
            ScalarForm::Whole(value) => value.to_string(),
            ScalarForm::Number(value) => value.to_string(),
            ScalarForm::Text(value) => value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Declared, Refused> {
        Declared::parse(Path::new("topics.yaml"), text)
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_topic_is_read_with_its_settings_and_lines() {
        let declared = parse(
            "topics:\n  - name: orders\n    partitions: 6\n    retention: 7d\n    config:\n      max.message.bytes: 2097152\n      min.cleanable.dirty.ratio: 0.5\n      preallocate: true\n",
        )
        .unwrap();
        let [topic] = &declared.topics[..] else {
            panic!("{declared:?}")
        };
        assert_eq!((&*topic.name, topic.partitions), ("orders", 6));
        let settings: Vec<_> = topic.settings.iter().map(|(s, v)| (&**s, &**v)).collect();
        assert_eq!(
            settings,
            [
                ("max.message.bytes", "2097152"),
                ("min.cleanable.dirty.ratio", "0.5"),
                ("preallocate", "true"),
                ("retention.ms", "604800000"),
            ]
        );
        assert_eq!(topic.lines.name, 2);
        assert_eq!(topic.lines.settings["retention.ms"], 4);
        assert_eq!(topic.lines.settings["preallocate"], 8);
    }

    #[test]
    fn forever_means_of_any_size_unless_a_size_is_said() {
        let size = |config: &str| {
            let text = format!("topics: [{{name: t, partitions: 1, retention: forever{config}}}]");
            parse(&text).unwrap().topics[0].settings["retention.bytes"].clone()
        };
        assert_eq!(size(""), "-1");
        assert_eq!(size(", config: {retention.bytes: 4096}"), "4096");
    }

    #[test]
    fn a_compacted_topic_with_a_retention_also_deletes() {
        let policy = |fields: &str| {
            let text = format!("topics: [{{name: t, partitions: 1, compact: true{fields}}}]");
            parse(&text).unwrap().topics[0].settings["cleanup.policy"].clone()
        };
        assert_eq!(policy(""), "compact");
        assert_eq!(policy(", retention: 7d"), "compact,delete");
    }

    #[test]
    fn every_broken_rule_is_named_with_its_line() {
        assert_eq!(
            refusal(
                "topics:\n  - name: a b\n    partitions: 1\n  - name: c.d\n    partitions: 0\n    retention: soon\n  - name: c_d\n    partitions: 1\n  - {name: c.d, partitions: 1}\n"
            ),
            "topics.yaml:2: topic 'a b': a name has letters, digits, '.', '_' and '-' only\n\
             topics.yaml:5: topic 'c.d': a topic has one partition at least\n\
             topics.yaml:6: 'soon' is no length of time: write it as in 7d, 12h, '1h 30m' or forever\n\
             topics.yaml:7: topic 'c_d' differs from 'c.d' (line 4) only in '.' and '_', which collide in Kafka's metrics\n\
             topics.yaml:9: topic 'c.d' is declared in line 4 already"
        );
    }

    #[test]
    fn an_unknown_or_missing_field_is_refused_in_its_line() {
        assert_eq!(
            refusal("topics:\n  - name: a\n    partition: 1\n"),
            "topics.yaml:3: topics[0]: unknown field `partition`, expected one of `name`, `partitions`, `retention`, `compact`, `config`"
        );
        assert!(refusal("topics:\n  - name: a\n").starts_with("topics.yaml:2: "));
        assert!(refusal("subjects: []\n").starts_with("topics.yaml:1: "));
    }

    #[test]
    fn a_setting_said_twice_is_refused() {
        let text = "topics:\n  - name: a\n    partitions: 1\n    config:\n      x: 1\n      x: 2\n";
        assert!(
            refusal(text).contains("'x' is said twice"),
            "{}",
            refusal(text)
        );
        let text = "topics:\n  - name: a\n    partitions: 1\n    retention: 1d\n    config:\n      retention.ms: 5\n";
        assert_eq!(
            refusal(text),
            "topics.yaml:4: 'retention' and 'retention.ms' say the same thing twice"
        );
    }

    #[test]
    fn a_setting_without_a_plain_value_is_refused_in_its_line() {
        let text = "topics:\n  - name: a\n    partitions: 1\n    config:\n      x:\n";
        assert!(
            refusal(text).starts_with("topics.yaml:5: "),
            "{}",
            refusal(text)
        );
    }

    #[test]
    fn a_file_without_topics_declares_none() {
        assert_eq!(parse("topics: []\n").unwrap().topics, []);
        assert_eq!(
            refusal("# nothing\n"),
            "topics.yaml:2: missing field `topics`"
        );
    }
}
