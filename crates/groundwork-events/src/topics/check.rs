//! Asks the broker whether it takes the declared settings, before anything is touched.
//!
//! The list of Kafka's settings is the broker's alone. It judges a set of them when a topic is to
//! be created `validate_only`. Under another name that works for existing topics, too. Its answer
//! is a code without words, so a refused set is asked again, one setting at a time.
//! NB: the answer to altering a configuration cannot serve: the client drops each topic's error.

use std::collections::BTreeSet;

use rdkafka::{
    admin::{NewTopic, TopicReplication},
    error::{KafkaError, RDKafkaErrorCode},
};

use super::{Broken, Declared, Refused, Topic, find::settings};
use crate::{Bus, Error, client::options, error::failed};

/// One setting as it is declared.
struct Suspect<'a> {
    topic: &'a Topic,
    setting: &'a str,
    value: &'a str,
}

/// Refuses settings that the broker does not know or whose values it does not take.
pub(super) async fn check(bus: &Bus, declared: &Declared) -> Result<(), Error> {
    let sets = declared.topics.iter().map(|topic| {
        let settings = topic.settings.iter();
        settings.map(|(s, v)| (&**s, &**v)).collect::<Vec<_>>()
    });
    let verdicts = ask(bus, &sets.collect::<Vec<_>>()).await?;
    let refused: Vec<&Topic> = declared
        .topics
        .iter()
        .zip(verdicts)
        .filter_map(|(topic, fine)| (!fine).then_some(topic))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    let suspects: Vec<Suspect<'_>> = refused.iter().copied().flat_map(suspects).collect();
    let alone: Vec<_> = suspects
        .iter()
        .map(|suspect| vec![(suspect.setting, suspect.value)])
        .collect();
    let verdicts = ask(bus, &alone).await?;
    let guilty: Vec<_> = suspects
        .into_iter()
        .zip(verdicts)
        .filter_map(|(suspect, fine)| (!fine).then_some(suspect))
        .collect();
    let known = known_settings(bus).await?;
    let mut broken: Vec<_> = guilty
        .iter()
        .map(|suspect| suspect.broken(&known))
        .collect();
    for topic in refused {
        if !guilty
            .iter()
            .any(|suspect| suspect.topic.name == topic.name)
        {
            let reason = format!(
                "topic '{}': the broker refuses these settings together",
                topic.name
            );
            broken.push(Broken::new(topic.lines.name, reason));
        }
    }
    Ok(Refused::unless_empty(&declared.file, broken)?)
}

fn suspects(topic: &Topic) -> impl Iterator<Item = Suspect<'_>> {
    topic.settings.iter().map(move |(setting, value)| Suspect {
        topic,
        setting,
        value,
    })
}

impl Suspect<'_> {
    fn broken(&self, known: &BTreeSet<String>) -> Broken {
        let Self {
            topic,
            setting,
            value,
        } = self;
        let name = &topic.name;
        let reason = if known.contains(*setting) {
            format!("topic '{name}': Kafka's setting '{setting}' does not take '{value}'")
        } else if known.is_empty() {
            // No topic to read the names from.
            format!("topic '{name}': the broker has no setting '{setting}' that takes '{value}'")
        } else {
            format!("topic '{name}': Kafka has no topic setting '{setting}'")
        };
        let line = topic.lines.settings.get(*setting).copied();
        Broken::new(line.unwrap_or(topic.lines.name), reason)
    }
}

/// Whether the broker would take each set of settings. Nothing is created.
async fn ask(bus: &Bus, sets: &[Vec<(&str, &str)>]) -> Result<Vec<bool>, Error> {
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let action = "have the broker check the topics' settings";
    // Names of their own, since the broker judges no settings for a name that is taken.
    let names: Vec<_> = (0..sets.len())
        .map(|n| format!("groundwork.check-{n}"))
        .collect();
    let topics: Vec<_> = names
        .iter()
        .zip(sets)
        .map(|(name, set)| {
            let topic = NewTopic::new(name, 1, TopicReplication::Fixed(-1));
            set.iter()
                .fold(topic, |topic, (setting, value)| topic.set(setting, value))
        })
        .collect();
    let answers = bus
        .admin()
        .create_topics(&topics, &options().validate_only(true))
        .await
        .map_err(failed(action))?;
    let mut fine = vec![true; sets.len()];
    for answer in answers {
        let Err((name, code)) = answer else { continue };
        // InvalidRequest is how it refuses settings that contradict each other.
        let judged = matches!(
            code,
            RDKafkaErrorCode::InvalidConfig | RDKafkaErrorCode::InvalidRequest
        );
        match names.iter().position(|asked| *asked == name) {
            Some(index) if judged => fine[index] = false,
            _ => return Err(failed(action)(KafkaError::AdminOp(code))),
        }
    }
    Ok(fine)
}

/// The names of all topic settings, as any topic has them; none without a topic.
async fn known_settings(bus: &Bus) -> Result<BTreeSet<String>, Error> {
    let topics = bus.topics().await?;
    let Some((name, _)) = topics.first() else {
        return Ok(BTreeSet::new());
    };
    let entries = settings(bus, &[name]).await?.into_iter().flatten();
    Ok(entries.map(|entry| entry.name).collect())
}
