//! A topic and its messages in the console.

use std::time::{Duration, Instant};

use super::topic::Topic;
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{signals::console, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.2",
    name: "the console shows a topic and its messages",
    bound: "a new topic is listed, its message is found by its key",
    run: |context| Box::pin(view(context)),
    ..Check::GENTLE
}];

const KEY: &str = "web-view";
/// For the console to answer.
const SHOWN: Duration = Duration::from_secs(20);

async fn view(context: &Context) -> Verdict {
    let console = console(context)?;
    let topic = Topic::new(context, "web-view", 3, &[]).await?;
    let value = jiff::Timestamp::now().to_string();
    topic.publish(0..20, 20).await?;
    let published = topic
        .bus
        .publish(&topic.name, Some(KEY.as_bytes()), value.as_bytes());
    let place = published.await?;
    let started = Instant::now();
    wait_for("the console", SHOWN, async || {
        match console.topics().await?.contains(&topic.name) {
            true => Ok(()),
            false => Err(CheckFailure::from("it does not list the topic")),
        }
    })
    .await?;
    let listed = started.elapsed();
    let started = Instant::now();
    let messages = wait_for("the search", SHOWN, async || {
        let found = console.messages(&topic.name, KEY).await?;
        found.ok_or_else(|| "it did not come to the end".into())
    });
    let messages = messages.await;
    let found = started.elapsed();
    topic.delete().await?;
    let messages = messages?;
    let [message] = &messages[..] else {
        return Err(format!("{} messages have the key instead of 1", messages.len()).into());
    };
    let shown = message.value.as_ref().and_then(|it| it.text.as_ref());
    judged(
        shown == Some(&value)
            && (message.partition, message.offset) == (place.partition, place.offset),
        format!(
            "listed in {}, found by its key in {}",
            duration(listed),
            duration(found)
        ),
    )
}
