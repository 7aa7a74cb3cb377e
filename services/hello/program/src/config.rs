//! What the environment tells the service.

use std::{ffi::OsStr, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{
    Arg, Args, Command,
    builder::TypedValueParser,
    error::{Error, ErrorKind},
};
use groundwork_secrets::{BadLocation, Location};

/// The service's settings; in the cluster they come as environment variables.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where it listens.
    #[arg(long, env = "HELLO_LISTEN", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// What it says.
    #[arg(long, env = "HELLO_MESSAGE", default_value = "hello")]
    pub message: String,
    /// Where it keeps notes; without it there is no /notes.
    #[arg(long, env = "HELLO_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The service that takes its events; it hands on to it what comes to /events.
    #[arg(
        long,
        env = "HELLO_FORWARD",
        value_name = "URL",
        conflicts_with = "broker"
    )]
    pub forward: Option<String>,
    /// The event bus; without it and another service there is no /events.
    #[arg(long, env = "HELLO_BROKER", value_name = "HOST:PORT")]
    pub broker: Option<String>,
    /// The topic of its events.
    #[arg(long, env = "HELLO_TOPIC", default_value = "orders")]
    pub topic: String,
    /// The group in which it reads the topic; without it, it publishes to it.
    #[arg(long, env = "HELLO_GROUP", value_name = "NAME", requires = "broker")]
    pub group: Option<String>,
    /// Where the token is that /private takes, as in `api:hello-token`; without it there is no
    /// /private.
    #[arg(long, env = "HELLO_TOKEN", value_name = "LOCATION", value_parser = Locations)]
    pub token: Option<Location>,
    /// The value of the gauge that an alert watches to see whether alerts work; without it, there is
    /// no such gauge.
    #[arg(long, env = "HELLO_CONDITION", value_name = "NUMBER")]
    pub condition: Option<i64>,
    /// The pod it runs in.
    #[arg(long, env = "POD_NAME", default_value = "")]
    pub pod: String,
    /// How long it still takes requests after it was told to stop and is no longer ready: as long
    /// as the cluster needs to send new ones elsewhere.
    #[arg(skip = Duration::from_secs(2))]
    pub drain: Duration,
    /// How long it then waits for the requests in flight. With `drain` and the last spans it must stay
    /// below the pod's terminationGracePeriodSeconds.
    #[arg(skip = Duration::from_secs(8))]
    pub grace: Duration,
}

/// Reads a location, and does not repeat what is none as clap would: it may be the token itself.
#[derive(Clone)]
struct Locations;

impl TypedValueParser for Locations {
    type Value = Location;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, text: &OsStr) -> Result<Location, Error> {
        let location = text.to_str().ok_or(BadLocation::Kind);
        location.and_then(str::parse).map_err(|error| {
            let text = format!("--token or HELLO_TOKEN: {error}\n");
            Error::raw(ErrorKind::ValueValidation, text)
        })
    }
}
