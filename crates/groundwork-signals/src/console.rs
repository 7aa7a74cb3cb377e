//! The console: what its page asks for, asked in the same way.
//!
//! It speaks the console's own API (`services/console/program`), in JSON:
//!
//! | request | answer | asked by |
//! |---|---|---|
//! | `GET /api/dashboards` | `{"dashboards": [{"name", "title"}]}` | [`Console::dashboards`] |
//! | `GET /api/dashboards/NAME` | a dashboard as Perses writes it | [`Console::dashboard`] |
//! | `GET /api/topics` | `{"topics": [{"name", …}]}` | [`Console::topics`] |
//! | `GET /api/topics/NAME/messages?key=KEY` | `{"messages": […], "complete"}` | [`Console::messages`] |
//! | `GET`, `POST /proxy/SERVER/…` | what that server answers | [`Console::get`], [`Console::post`] |

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::{error::Error, http::Http};

const TOPICS: &str = "/api/topics";
const DASHBOARDS: &str = "/api/dashboards";

/// A client of the console.
#[derive(Debug, Clone)]
pub struct Console(Http);

/// A dashboard by its name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dashboard {
    /// As in its address.
    pub name: String,
    /// As a person calls it.
    pub title: String,
}

/// A message as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// The partition.
    pub partition: i32,
    /// Its number within it.
    pub offset: i64,
    /// When it was produced.
    pub time: Option<Timestamp>,
    /// Its key.
    pub key: Option<Bytes>,
    /// Its payload.
    pub value: Option<Bytes>,
}

/// Bytes of a message, which may be no text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Bytes {
    /// As text, where they are.
    pub text: Option<String>,
}

impl Console {
    /// The console at `url`.
    ///
    /// # Errors
    /// [`Error::Silent`] when no client can be made.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self(Http::new(url)?))
    }

    /// Its dashboards.
    ///
    /// # Errors
    /// [`Error`] when it gives no answer of the documented form; so for all that follow.
    pub async fn dashboards(&self) -> Result<Vec<Dashboard>, Error> {
        #[derive(Deserialize)]
        struct Listed {
            dashboards: Vec<Dashboard>,
        }
        let text = self.0.get(DASHBOARDS, &[]).await?;
        let listed: Listed = self.0.read(DASHBOARDS, &text)?;
        Ok(listed.dashboards)
    }

    /// The dashboard called `name`, as Perses writes it.
    pub async fn dashboard(&self, name: &str) -> Result<Value, Error> {
        let path = format!("{DASHBOARDS}/{name}");
        let text = self.0.get(&path, &[]).await?;
        self.0.read(&path, &text)
    }

    /// The names of the topics.
    pub async fn topics(&self) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Listed {
            topics: Vec<Topic>,
        }
        #[derive(Deserialize)]
        struct Topic {
            name: String,
        }
        let text = self.0.get(TOPICS, &[]).await?;
        let listed: Listed = self.0.read(TOPICS, &text)?;
        Ok(listed.topics.into_iter().map(|topic| topic.name).collect())
    }

    /// The newest messages of `topic` with `key`; `None` when it could not look at all of them in its time.
    pub async fn messages(&self, topic: &str, key: &str) -> Result<Option<Vec<Message>>, Error> {
        #[derive(Deserialize)]
        struct Found {
            messages: Vec<Message>,
            complete: bool,
        }
        let path = format!("{TOPICS}/{topic}/messages");
        let text = self.0.get(&path, &[("key", key)]).await?;
        let found: Found = self.0.read(&path, &text)?;
        Ok(found.complete.then_some(found.messages))
    }

    /// What it answers at `path`, to which `form` belongs in the address.
    pub async fn get(&self, path: &str, form: &[(&str, &str)]) -> Result<String, Error> {
        self.0.get(path, form).await
    }

    /// What it answers to `form`, posted to `path`.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<String, Error> {
        self.0.form(path, form).await
    }

    /// The status that a request gets, whatever it is.
    pub async fn status(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<u16, Error> {
        let method = method.parse().unwrap_or(Method::GET);
        self.0.status(method, path, headers).await
    }
}
