//! What closes the gap between the declared topics and those that the broker has. Pure: no I/O.

use std::{collections::BTreeMap, fmt};

use super::{Broken, Declared, Refused, Topic, name};

/// A topic as the broker has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: i32,
    /// The settings that were given to this topic itself, without inherited ones.
    pub settings: BTreeMap<String, String>,
}

/// What is to be done, and what is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicPlan {
    /// In the order in which they are carried out.
    pub actions: Vec<Action>,
    /// Declared topics that are as declared.
    pub unchanged: Vec<String>,
    /// Topics that no file declares, and that stay.
    pub undeclared: Vec<String>,
}

/// One step towards the declared topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Creates a topic.
    Create {
        /// As declared.
        topic: Topic,
    },
    /// Gives a topic the declared settings and takes every other.
    Configure {
        /// As declared: the whole set.
        topic: Topic,
        /// Where the broker has drifted from it.
        changes: Vec<Change>,
    },
    /// Adds partitions.
    Grow {
        /// The topic's name.
        name: String,
        /// How many it has.
        from: i32,
        /// How many are declared.
        to: i32,
    },
    /// Deletes a topic with its records; only when pruning.
    Delete {
        /// The topic's name.
        name: String,
    },
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Kafka's name of it.
    pub setting: String,
    /// What the topic has; `None` for the broker's default.
    pub from: Option<String>,
    /// What is declared; `None` for the broker's default.
    pub to: Option<String>,
}

impl Action {
    /// The topic that it is about.
    #[must_use]
    pub fn topic(&self) -> &str {
        match self {
            Self::Create { topic } | Self::Configure { topic, .. } => &topic.name,
            Self::Grow { name, .. } | Self::Delete { name } => name,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { topic } => {
                let Topic {
                    name, partitions, ..
                } = topic;
                write!(f, "create {name} with {partitions} partitions")
            }
            Self::Configure { topic, changes } => {
                write!(f, "configure {}:", topic.name)?;
                for (index, change) in changes.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "," };
                    write!(f, "{separator} {change}")?;
                }
                Ok(())
            }
            Self::Grow { name, from, to } => {
                write!(f, "grow {name} from {from} to {to} partitions")
            }
            Self::Delete { name } => write!(f, "delete {name}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "the default".into());
        let (from, to) = (said(&self.from), said(&self.to));
        write!(f, "{} from {from} to {to}", self.setting)
    }
}

/// Compares what is declared with what was found.
///
/// # Errors
/// [`Refused`] when a topic would have to shrink, which in Kafka would lose records. Also when its
/// name collides with an existing topic.
pub fn plan(declared: &Declared, found: &[Found], prune: bool) -> Result<TopicPlan, Refused> {
    let found: BTreeMap<&str, &Found> = found
        .iter()
        .filter(|found| !name::is_internal(&found.name))
        .map(|found| (&*found.name, found))
        .collect();
    let declares = |name: &str| declared.topics.iter().any(|topic| topic.name == name);
    let mut plan = TopicPlan::default();
    let mut broken = Vec::new();
    // Undeclared topics go first: their names may stand in the way of new ones.
    for name in found.keys().filter(|name| !declares(name)) {
        let name = (*name).to_owned();
        if prune {
            plan.actions.push(Action::Delete { name });
        } else {
            plan.undeclared.push(name);
        }
    }
    for topic in &declared.topics {
        match found.get(&*topic.name) {
            Some(found) => compare(topic, found, &mut plan, &mut broken),
            None => {
                broken.extend(collision(topic, &plan.undeclared));
                let topic = topic.clone();
                plan.actions.push(Action::Create { topic });
            }
        }
    }
    Refused::unless_empty(&declared.file, broken)?;
    Ok(plan)
}

fn compare(topic: &Topic, found: &Found, plan: &mut TopicPlan, broken: &mut Vec<Broken>) {
    let before = plan.actions.len();
    let changes = changes(&topic.settings, &found.settings);
    if !changes.is_empty() {
        let topic = topic.clone();
        plan.actions.push(Action::Configure { topic, changes });
    }
    let (name, from, to) = (topic.name.clone(), found.partitions, topic.partitions);
    if from > to {
        let reason = format!("topic '{name}' has {from} partitions and cannot shrink to {to}");
        broken.push(Broken::new(topic.lines.partitions, reason));
    } else if from < to {
        plan.actions.push(Action::Grow { name, from, to });
    } else if plan.actions.len() == before {
        plan.unchanged.push(name);
    }
}

fn collision(topic: &Topic, staying: &[String]) -> Option<Broken> {
    let form = name::collision_form(&topic.name);
    let other = staying
        .iter()
        .find(|other| name::collision_form(other) == form)?;
    let reason = format!(
        "topic '{}' differs from '{other}', which the bus has, only in '.' and '_', which collide in Kafka's metrics",
        topic.name
    );
    Some(Broken::new(topic.lines.name, reason))
}

fn changes(wanted: &BTreeMap<String, String>, has: &BTreeMap<String, String>) -> Vec<Change> {
    let change = |setting: &String| {
        let (from, to) = (has.get(setting), wanted.get(setting));
        let alike = matches!((from, to), (Some(from), Some(to)) if same(from, to));
        (!alike).then(|| Change {
            setting: setting.clone(),
            from: from.cloned(),
            to: to.cloned(),
        })
    };
    let only_there = has.keys().filter(|setting| !wanted.contains_key(*setting));
    wanted.keys().chain(only_there).filter_map(change).collect()
}

/// Whether two ways of writing a value mean the same to Kafka, which answers in its own way:
/// `compact, delete` as `compact,delete`, `0.50` as `0.5`, `TRUE` as `true`.
fn same(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

fn canonical(value: &str) -> String {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    if lower == "true" || lower == "false" {
        return lower;
    }
    // Whole numbers first: a float would blur the long ones.
    if let Ok(whole) = value.parse::<i64>() {
        return whole.to_string();
    }
    if let Ok(number) = value.parse::<f64>() {
        return number.to_string();
    }
    let items: Vec<_> = value.split(',').map(str::trim).collect();
    items.join(",")
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
