//! Requests that are under way while a token is replaced: a steady stream of them, and one whose
//! body takes as long as it is told to.

use std::time::Duration;

use groundwork_process::{error::chain, wait::within};
use reqwest::Client;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time::interval,
};

use super::hello::status;
use crate::runner::CheckFailure;

/// Between two requests of a stream.
const PACE: Duration = Duration::from_millis(25);
/// For a server on this machine to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// The size of each half of a body.
const HALF: usize = 32 << 10;

/// The token that is right, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// The newest.
    pub token: String,
    /// Whether there may be a newer one already.
    pub replaced: bool,
}

/// What became of a stream of requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Flow {
    /// Those that were let in.
    pub taken: u32,
    /// Those that came with the old token when the new one was in use already.
    pub late: u32,
    /// Anything else: not even a single one is right.
    pub broken: Vec<String>,
}

impl Flow {
    /// Sends requests to `url` with the token that worked last, or else the newest that is known.
    /// It ends once the sender of newer tokens is gone.
    pub(super) async fn run(client: Client, url: String, known: watch::Receiver<Known>) -> Self {
        let (mut flow, mut pace) = (Self::default(), interval(PACE));
        let mut used = known.borrow().token.clone();
        while known.has_changed().is_ok() {
            pace.tick().await;
            let answer = status(&client, &url, &used).await;
            let answer = answer.map_err(|failure| chain(&*failure));
            used = flow.count(answer, used, &known.borrow());
        }
        flow
    }

    /// Counts the answer to a request with the token `used`, and returns the one to go on with.
    fn count(&mut self, answer: Result<u16, String>, used: String, known: &Known) -> String {
        match answer {
            Ok(200) => self.taken += 1,
            Ok(401) if used != known.token => {
                self.late += 1;
                return known.token.clone();
            }
            Ok(401) if known.replaced => self.late += 1,
            Ok(other) => self.broken.push(other.to_string()),
            Err(words) => self.broken.push(words),
        }
        used
    }
}

/// A request to /private of which half of the body was sent.
pub(super) struct Upload(TcpStream);

impl Upload {
    /// Sends the first half to the service at `url`, once it has let the request in with `token`.
    pub(super) async fn begin(url: &str, token: &str) -> Result<Self, CheckFailure> {
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = within(ANSWER, TcpStream::connect(host)).await??;
        // A server says so when it begins to read the body: it has looked at the token then.
        let head = format!(
            "POST /private HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            2 * HALF
        );
        stream.write_all(head.as_bytes()).await?;
        let mut said = vec![0; 1024];
        let size = within(ANSWER, stream.read(&mut said)).await??;
        let said = String::from_utf8_lossy(&said[..size]);
        if !said.starts_with("HTTP/1.1 100") {
            let line = said.lines().next().unwrap_or("nothing");
            return Err(format!("a request whose body was to follow got {line}").into());
        }
        stream.write_all(&[b'x'; HALF]).await?;
        Ok(Self(stream))
    }

    /// Sends the rest; returns the answer's status, once it is known that all of the body was taken.
    pub(super) async fn finish(mut self) -> Result<u16, CheckFailure> {
        self.0.write_all(&[b'x'; HALF]).await?;
        let mut answer = vec![];
        within(ANSWER, self.0.read_to_end(&mut answer)).await??;
        judge(&String::from_utf8_lossy(&answer))
    }
}

fn judge(answer: &str) -> Result<u16, CheckFailure> {
    let line = answer.lines().next().unwrap_or_default();
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
    let status: u16 = status.ok_or_else(|| format!("'{line}' is no answer"))?;
    let bytes = format!("\"bytes\":{}", 2 * HALF);
    match status {
        200 if !answer.contains(&bytes) => Err("it has not taken the whole body".into()),
        status => Ok(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn a_stream_goes_over_to_the_new_token_and_whatever_else_happens_is_told() {
        let known = |token: &str, replaced| Known {
            token: token.into(),
            replaced,
        };
        let mut flow = Flow::default();
        let used = flow.count(Ok(200), "old".into(), &known("old", false));
        // The service has the new one before it is known here.
        let used = flow.count(Ok(401), used, &known("old", true));
        assert_eq!(used, "old");
        // The new one is known, and another service has not got it yet.
        let used = flow.count(Ok(200), used, &known("new", false));
        assert_eq!(used, "old");
        let used = flow.count(Ok(401), used, &known("new", false));
        assert_eq!(used, "new");
        let used = flow.count(Ok(200), used, &known("new", false));
        for answer in [Ok(401), Ok(503), Err("reset".into())] {
            flow.count(answer, used.clone(), &known("new", false));
        }
        assert_eq!((flow.taken, flow.late), (3, 2));
        assert_eq!(flow.broken, ["401", "503", "reset"]);
    }

    #[test]
    fn an_answer_says_that_the_whole_body_was_taken() {
        let whole = "HTTP/1.1 200 OK\r\n\r\n{\"bytes\":65536}";
        assert_eq!(judge(whole).unwrap(), 200);
        assert!(judge("HTTP/1.1 200 OK\r\n\r\n{\"bytes\":32768}").is_err());
        assert_eq!(judge("HTTP/1.1 401 Unauthorized\r\n\r\n").unwrap(), 401);
        assert!(judge("").is_err());
    }

    #[tokio::test]
    async fn half_of_a_body_waits_for_the_other() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let size = stream.read(&mut head).await.unwrap();
            let head = String::from_utf8_lossy(&head[..size]).into_owned();
            let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
            stream.write_all(go_on).await.unwrap();
            let mut body = vec![0; 2 * HALF];
            stream.read_exact(&mut body).await.unwrap();
            let answer = format!("HTTP/1.1 200 OK\r\n\r\n{{\"bytes\":{}}}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
            head
        });
        let upload = Upload::begin(&url, "sesame").await.unwrap();
        assert!(!server.is_finished());
        assert_eq!(upload.finish().await.unwrap(), 200);
        let head = server.await.unwrap();
        assert!(head.contains("Authorization: Bearer sesame\r\n"), "{head}");
    }

    #[tokio::test]
    async fn a_request_that_is_not_let_in_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = b"HTTP/1.1 401 Unauthorized\r\n\r\n";
            stream.write_all(answer).await.unwrap();
        });
        let error = Upload::begin(&url, "wrong").await.err().unwrap();
        assert!(error.to_string().contains("401 Unauthorized"), "{error}");
    }
}
