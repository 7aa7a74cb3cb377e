//! A steady stream of requests through the ingress while a pod is replaced.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use futures::future::try_join;
use groundwork_process::{error::chain, wait::is_over};
use tokio::{sync::watch, time::interval};

use crate::{
    runner::CheckFailure,
    shared::{
        ingress::{client, pod},
        words::duration,
    },
};

/// Between two requests.
const PACE: Duration = Duration::from_millis(50);

/// How long requests may go unanswered before it is over, and how long other pods may answer once the new one is known.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of the requests.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow {
    requests: u32,
    /// Why each failed that did.
    failed: Vec<String>,
    /// The last answer, or the beginning.
    last: Instant,
    /// The longest time between two answers.
    longest: Duration,
}

impl Flow {
    /// Asks at `url` under the name `host` in a steady pace until the pod has answered that `replacing`
    /// ends with.
    pub(super) async fn while_replacing(
        url: &str,
        host: &str,
        replacing: impl Future<Output = Result<String, CheckFailure>>,
    ) -> Result<Self, CheckFailure> {
        let client = client()?;
        let (tell, new) = watch::channel(None);
        let replacing = async {
            tell.send_replace(Some((replacing.await?, Instant::now())));
            Ok(())
        };
        let asking = async {
            let (mut flow, mut pace) = (Self::begin(Instant::now()), interval(PACE));
            loop {
                pace.tick().await;
                let answer = pod(&client, url, host).await;
                let now = Instant::now();
                let by = flow.count(answer.map_err(|failure| chain(&*failure)), now);
                if let Some((pod, known)) = &*new.borrow() {
                    if by.as_ref() == Some(pod) {
                        return Ok(flow);
                    }
                    if is_over(now - *known, PATIENCE) {
                        let words = flow.words();
                        return Err(CheckFailure::from(format!(
                            "{pod} does not answer: {words}"
                        )));
                    }
                }
                if is_over(now - flow.last, PATIENCE) {
                    let words = flow.words();
                    return Err(CheckFailure::from(format!("no answer any more: {words}")));
                }
            }
        };
        let (flow, ()) = try_join(asking, replacing).await?;
        Ok(flow)
    }

    fn begin(now: Instant) -> Self {
        Self {
            requests: 0,
            failed: vec![],
            last: now,
            longest: Duration::ZERO,
        }
    }

    /// Counts an answer that came at `now`, and returns the pod that gave it.
    fn count(&mut self, answer: Result<String, String>, now: Instant) -> Option<String> {
        self.requests += 1;
        match answer {
            Ok(pod) => {
                self.longest = self.longest.max(now - self.last);
                self.last = now;
                Some(pod)
            }
            Err(words) => {
                self.failed.push(words);
                None
            }
        }
    }

    /// The longest time between two answers.
    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// `3 of 120 requests failed (status 502 …), longest 1.20 s without an answer`.
    pub(super) fn words(&self) -> String {
        let why = match self.failed.first() {
            Some(first) => format!(" ({first})"),
            None => String::new(),
        };
        format!(
            "{} of {} requests failed{why}, longest {} without an answer",
            self.failed.len(),
            self.requests,
            duration(self.longest)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silence_lies_between_two_answers() {
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let mut flow = Flow::begin(begin);
        assert_eq!(
            flow.count(Ok("old".into()), at(100)).as_deref(),
            Some("old")
        );
        assert_eq!(flow.count(Err("status 502".into()), at(900)), None);
        assert_eq!(
            flow.count(Ok("new".into()), at(1300)).as_deref(),
            Some("new")
        );
        assert_eq!(flow.longest(), Duration::from_millis(1200));
        assert_eq!(
            flow.words(),
            "1 of 3 requests failed (status 502), longest 1.20 s without an answer"
        );
    }
}
