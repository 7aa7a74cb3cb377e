//! REQ-0.2: an event bus that delivers to all, keeps what nobody has read yet, forgets what is too
//! old, loses nothing, and is fast enough.

mod delivery;
mod disruptive;
mod figures;
mod storage;
mod topic;
mod web;

pub(crate) use topic::remove;

use crate::{Probe, Requirement};

const THIS: Requirement = Requirement("REQ-0.2");

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        THIS.gentle(
            "what is published is consumed",
            "the same record, acknowledged before",
            |context| Box::pin(delivery::round_trip(context)),
        ),
        THIS.gentle(
            "every group gets every message",
            "3 groups, each all of 300",
            |context| Box::pin(delivery::to_all(context)),
        ),
        THIS.gentle(
            "a consumer that was away gets what it missed",
            "all of 100, from where it was",
            |context| Box::pin(delivery::to_the_absent(context)),
        ),
        THIS.gentle(
            "messages of a key keep their order",
            "10 keys, 100 each, none before its predecessor",
            |context| Box::pin(delivery::in_order(context)),
        ),
        THIS.gentle(
            "an order posted to hello reaches its consumer",
            "the same order, by hello-consumer",
            |context| Box::pin(delivery::through_hello(context)),
        ),
        THIS.gentle(
            "the console shows a topic and its messages",
            "a new topic is listed, its message is found by its key",
            |context| Box::pin(web::view(context)),
        ),
        THIS.gentle(
            "messages are files on the volume",
            "a segment of the topic that holds them",
            |context| Box::pin(storage::on_disk(context)),
        ),
        THIS.gentle(
            "messages are kept for 7 days unless a topic says otherwise",
            "604800000 ms",
            |context| Box::pin(storage::default_retention(context)),
        ),
        THIS.gentle(
            "a topic with a minute's retention loses its old segments",
            "the first offset moves within 120 s",
            |context| Box::pin(storage::retention(context)),
        )
        .also_speed(),
        THIS.gentle(
            "the bus is fast enough",
            "> 10000 messages/s, p95 < 50 ms end to end, in the same run",
            |context| Box::pin(figures::speed(context)),
        )
        .only_speed(),
        THIS.disruptive(
            "messages and offsets survive a restart of the broker",
            "nothing lost, the group goes on where it was",
            |context| Box::pin(disruptive::broker_restart(context)),
        ),
        THIS.disruptive(
            "messages and offsets survive `down` and `up`",
            "nothing lost, the group goes on where it was",
            |context| Box::pin(disruptive::down_and_up(context)),
        ),
        THIS.disruptive(
            "20 times kill -9 of the broker lose no acknowledged message",
            "0 lost, 0 out of order, 0 twice",
            |context| Box::pin(disruptive::killed(context)),
        ),
    ]
}
