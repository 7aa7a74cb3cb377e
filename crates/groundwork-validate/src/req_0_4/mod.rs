//! REQ-0.4: everything that runs is what the code says, and a service's own Ingress or route is all
//! that it needs to be reached from this machine.

mod drift;
mod flow;
mod observed;
mod routes;

use groundwork_stack::role;
use std::time::Duration;

use crate::{Context, Failure, Probe, Requirement, node, req_0_1::figures::started_in};

const THIS: Requirement = Requirement("REQ-0.4");

/// The name under which the stack's hello answers, and where its Ingress is.
const HELLO_HOST: &str = "hello.localhost";
const HELLO: &str = "hello";

/// REQ-0.4: "Full environment creation: < 10 minutes (local)", in seconds.
const CREATED: f64 = 600.0;

/// For the ingress to know of a new or changed route.
const KNOWN: Duration = Duration::from_secs(30);

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        THIS.gentle(
            "the whole environment is made quickly",
            "< 10 min",
            |context| Box::pin(async { started_in(&node::last_up(&context.state)?, CREATED) }),
        )
        .only_speed(),
        THIS.gentle(
            "the cluster is what the code says",
            "configuration drift: 0",
            |context| Box::pin(drift::none(context)),
        ),
        THIS.gentle(
            "what somebody changed by hand is found, and put right by `up`",
            "that field and nothing else; then configuration drift: 0",
            |context| Box::pin(drift::put_right(context)),
        ),
        THIS.gentle(
            "a new Ingress answers under its host, also while its pod is replaced",
            "the new pod answers; never 10 s without an answer",
            |context| Box::pin(routes::ingress(context)),
        )
        .also_speed(),
        THIS.gentle(
            "a new HTTPRoute answers under its host, also while its pod is replaced",
            "the new pod answers; never 10 s without an answer",
            |context| Box::pin(routes::http_route(context)),
        )
        .also_speed(),
        THIS.gentle(
            "a host that nobody serves is refused",
            "403, while hello's is answered",
            |context| Box::pin(routes::unknown_host(context)),
        ),
        THIS.gentle(
            "the ingress answers on loopback only",
            "on no other address of this machine",
            |context| Box::pin(routes::loopback_only(context)),
        ),
        THIS.gentle(
            "a request through the ingress is one trace",
            "the ingress, hello, hello-publisher, hello-consumer; right parents and times",
            |context| Box::pin(observed::trace(context)),
        ),
        THIS.gentle(
            "a request through the ingress is a line and a count",
            "host, path, status, level and trace; as many requests more as were made at least",
            |context| Box::pin(observed::line_and_count(context)),
        ),
    ]
}

/// Where the ingress answers on this machine.
fn ingress(context: &Context) -> Result<String, Failure> {
    context.endpoint(role::INGRESS)
}
