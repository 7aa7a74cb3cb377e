//! Why something could not be done on the event bus, in a form that a person can act on.

use std::io;

use groundwork_process::{error::Remedy, wait::TimedOut};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::topics::Refused;

/// Why something could not be done on the event bus.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No broker answered.
    #[error("no event bus answers at {bootstrap}")]
    Unreachable {
        /// Where it was looked for.
        bootstrap: String,
        /// What the client said.
        #[source]
        source: KafkaError,
    },
    /// The broker, or the client on its behalf, refused.
    #[error("cannot {action}")]
    Failed {
        /// What was to be done.
        action: String,
        /// What the client said.
        #[source]
        source: KafkaError,
    },
    /// The topic is not there.
    #[error("there is no topic '{topic}'")]
    NoTopic {
        /// Its name.
        topic: String,
    },
    /// The topic has no such partition.
    #[error("the topic '{topic}' has no partition {partition}")]
    NoPartition {
        /// The topic.
        topic: String,
        /// The partition's number.
        partition: i32,
    },
    /// No group of that name has ever read anything.
    #[error("there is no group '{group}'")]
    NoGroup {
        /// Its name.
        group: String,
    },
    /// The declared topics break a rule.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A line of the input cannot become a record.
    #[error("line {line} of the input {reason}")]
    Input {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The input could not be read.
    #[error("cannot read the input")]
    Read(#[source] io::Error),
    /// A record could not be handed over; a broken pipe is the caller's to judge.
    #[error("cannot hand over a record")]
    Output(#[source] io::Error),
    /// A condition did not come true in time.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// A helper thread ended before its work.
    #[error("a thread of the event bus's client ended: {0}")]
    Thread(String),
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => {
                Some("see `groundwork status`; `groundwork up` starts the event bus".into())
            }
            Self::NoTopic { .. } => Some(
                "name it in the event bus's topics.yaml and run `groundwork up`; \
                 `groundwork topics` lists those that are there"
                    .into(),
            ),
            Self::NoPartition { topic, .. } => Some(format!(
                "`groundwork topics describe {topic}` lists those that are there"
            )),
            Self::NoGroup { .. } => {
                Some("`groundwork topics lag` lists the groups that are there".into())
            }
            Self::Refused(refused) => refused.hint(),
            Self::Input { .. } => {
                Some("the records of the lines before it are on the bus already".into())
            }
            Self::TimedOut(_) => {
                Some("`groundwork status` says whether the event bus is ready".into())
            }
            _ => None,
        }
    }
}

/// Whether the topic that `error` is about is not there, or not any more.
pub(crate) fn is_gone(error: &KafkaError) -> bool {
    let code = match error {
        // The client's own accessor leaves this one out.
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    };
    matches!(
        code,
        Some(
            RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::UnknownTopic
                | RDKafkaErrorCode::UnknownPartition
        )
    )
}

/// Says which action `source` stopped.
pub(crate) fn failed(action: impl Into<String>) -> impl FnOnce(KafkaError) -> Error {
    let action = action.into();
    move |source| Error::Failed { action, source }
}

/// Runs the client's blocking calls beside the executor.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Thread(error.to_string())),
    }
}
