# [kafka]
"""The event bus: events go out once, and come in at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import Counter, Gauge

from src.platform.errors import Unavailable
from src.platform.telemetry import of_headers, to_headers, tracer

# Deals with an event. It may get the same one again, so a second time must change nothing.
Handler = Callable[[bytes], Awaitable[None]]

# Where events go that the handler refuses: the topic's name and this.
DEAD_LETTERS = ".dead-letters"
# How often a handler gets an event that it fails at.
ATTEMPTS = 3
# How long an event may take to be kept, and how long the end waits for readers, in seconds.
PATIENCE = 5.0
# How long to wait before the next attempt, in seconds.
PAUSE = 1.0
PARTITIONS = 6

_READ = Counter("events_read", "Events read and dealt with", ["topic"])
_DEAD = Counter("events_dead", "Events that the handler refused", ["topic"])
_LAG = Gauge(
    "kafka_consumer_lag", "Events that the group has yet to read", ["group", "topic", "partition"]
)

logger = logging.getLogger(__name__)


class Bus:
    """One producer, and a consumer for each topic that is read."""

    name = "kafka"

    def __init__(self, brokers: str, group: str, replication: int = 1) -> None:
        self._brokers = brokers
        self._group = group
        self._replication = replication
        self._producer: AIOKafkaProducer | None = None
        self._handlers: dict[str, Handler] = {}
        self._stopping = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None
        self._readers: list[asyncio.Task[None]] = []

    def read(self, topic: str, handler: Handler) -> None:
        """Deal with each event of `topic`, from its first one on. Before `start`."""
        self._handlers[topic] = handler

    async def start(self) -> None:
        """Begin to reach for the brokers, and to read as soon as they are there."""
        self._connecting = asyncio.create_task(self._connect())

    async def stop(self) -> None:
        """End after the events at hand, and hand over what was published."""
        self._stopping.set()
        if self._connecting:
            self._connecting.cancel()
        if self._readers:
            _, late = await asyncio.wait(self._readers, timeout=PATIENCE)
            for reader in late:
                reader.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._producer:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._producer.stop()
            except TimeoutError:
                logger.warning("the event bus has not kept all that was published")

    async def missing(self) -> str | None:
        """Why nothing can be published now."""
        if self._producer is None:
            return f"{self._brokers} has not been reached yet"
        if not await self._producer.client.force_metadata_update():
            return f"{self._brokers} does not answer"
        return None

    async def publish(self, topic: str, key: str, value: bytes) -> None:
        """Publish an event, and wait until the brokers keep it.

        Events of one key keep their order. Unavailable: it is not known whether it is kept.
        """
        if self._producer is None:
            raise Unavailable("the event bus has not been reached yet")
        attributes = _attributes("publish", topic)
        with tracer.start_as_current_span(
            f"{topic} publish", kind=SpanKind.PRODUCER, attributes=attributes
        ) as span:
            try:
                async with asyncio.timeout(PATIENCE):
                    kept = await self._producer.send_and_wait(
                        topic, value, key=key.encode(), headers=to_headers()
                    )
            except (KafkaError, TimeoutError) as error:
                raise Unavailable(f"the event bus has not kept the event: {error!r}") from error
            span.set_attribute("messaging.destination.partition.id", str(kept.partition))
            span.set_attribute("messaging.kafka.offset", kept.offset)

    async def _connect(self) -> None:
        told = False
        while True:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._brokers,
                client_id=self._group,
                # A record counts once all replicas have it; a repeated attempt makes no second one.
                acks="all",
                enable_idempotence=True,
                # An attempt that began when the broker had just gone is answered by nobody: 40 s.
                request_timeout_ms=10_000,
            )
            try:
                await producer.start()
                await self._make_topics()
            except (KafkaError, OSError, TimeoutError) as error:
                await producer.stop()
                if not told:
                    logger.warning("the event bus is away", extra={"error": repr(error)})
                told = True
                await asyncio.sleep(PAUSE)
            else:
                self._producer = producer
                self._readers = [
                    asyncio.create_task(self._follow(topic, handler))
                    for topic, handler in self._handlers.items()
                ]
                logger.info("the event bus is there", extra={"brokers": self._brokers})
                return

    async def _make_topics(self) -> None:
        """Make those that are read, and their dead letters', where they are not there yet."""
        names = [name for topic in self._handlers for name in (topic, topic + DEAD_LETTERS)]
        admin = AIOKafkaAdminClient(bootstrap_servers=self._brokers, client_id=self._group)
        try:
            await admin.start()
            answer = await admin.create_topics(
                [NewTopic(name, PARTITIONS, self._replication) for name in names]
            )
        finally:
            await admin.close()
        for topic, code, *_ in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(topic)

    async def _follow(self, topic: str, handler: Handler) -> None:
        """Read `topic` for as long as the service runs."""
        while not self._stopping.is_set():
            consumer = AIOKafkaConsumer(
                topic,
                bootstrap_servers=self._brokers,
                client_id=self._group,
                group_id=self._group,
                auto_offset_reset="earliest",
                # Done is what was dealt with: a reader that is killed begins again with its event.
                enable_auto_commit=False,
            )
            try:
                await consumer.start()
                while not self._stopping.is_set():
                    await self._read_some(consumer, handler)
            except KafkaError as error:
                logger.warning("cannot read", extra={"topic": topic, "error": repr(error)})
                await asyncio.sleep(PAUSE)
            finally:
                await consumer.stop()

    async def _read_some(self, consumer: AIOKafkaConsumer, handler: Handler) -> None:
        batches = await consumer.getmany(timeout_ms=200, max_records=100)
        for partition, records in batches.items():
            done = None
            for record in records:
                if not await self._deal(record, handler):
                    break
                done = record.offset + 1
            if done is not None:
                await consumer.commit({partition: done})
            self._tell_lag(consumer, partition, done)

    def _tell_lag(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, done: int | None
    ) -> None:
        last = consumer.highwater(partition)
        if last is not None and done is not None:
            _LAG.labels(self._group, partition.topic, partition.partition).set(last - done)

    async def _deal(self, record: ConsumerRecord, handler: Handler) -> bool:
        """Deal with an event, in a span of its own trace; False: the service stops first."""
        attributes = _attributes("process", record.topic) | {
            "messaging.consumer.group.name": self._group,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.kafka.offset": record.offset,
        }
        with tracer.start_as_current_span(
            f"{record.topic} process",
            context=of_headers(record.headers),
            kind=SpanKind.CONSUMER,
            attributes=attributes,
        ) as span:
            failures = 0
            while not self._stopping.is_set():
                try:
                    await handler(record.value)
                    _READ.labels(record.topic).inc()
                    return True
                except Unavailable as error:
                    # Not the event's fault: it waits for as long as that takes.
                    logger.warning("an event waits", extra={"error": str(error)})
                    await asyncio.sleep(PAUSE)
                except Exception as error:
                    failures += 1
                    span.set_status(StatusCode.ERROR, repr(error))
                    logger.exception("an event failed", extra={"attempt": failures})
                    if failures == ATTEMPTS:
                        handler = self._bury(record, error)
            return False

    def _bury(self, record: ConsumerRecord, error: Exception) -> Handler:
        """Make the handler that puts an event among the dead letters, with where and why."""

        async def bury(value: bytes) -> None:
            if self._producer is None:
                raise Unavailable("the event bus has not been reached yet")
            why = [
                ("dead-letter-reason", repr(error).encode()),
                ("dead-letter-offset", f"{record.partition}/{record.offset}".encode()),
            ]
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._producer.send_and_wait(
                        record.topic + DEAD_LETTERS,
                        value,
                        key=record.key,
                        headers=[*record.headers, *why],
                    )
            except (KafkaError, TimeoutError) as away:
                raise Unavailable(f"the event bus has not kept the dead letter: {away!r}") from away
            _DEAD.labels(record.topic).inc()

        return bury


def _attributes(operation: str, topic: str) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": operation,
        "messaging.operation.type": "send" if operation == "publish" else operation,
        "messaging.destination.name": topic,
    }


# [/kafka]
