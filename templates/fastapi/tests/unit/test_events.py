# [kafka]
"""How events are dealt with, without a broker."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from opentelemetry.sdk.trace import TracerProvider

from src.platform import events
from src.platform.errors import Unavailable
from src.platform.events import Bus, Handler


class Producer:
    """Takes all that is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, dict[str, bytes]]] = []

    async def send_and_wait(self, topic: str, value: bytes, **more: Any) -> Any:
        self.sent.append((topic, value, dict(more["headers"])))
        return SimpleNamespace(partition=0, offset=7)


@pytest.fixture
def producer() -> Producer:
    return Producer()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, producer: Producer) -> Bus:
    monkeypatch.setattr(events, "PAUSE", 0)
    bus = Bus("nowhere:9092", "test")
    bus._producer = producer
    return bus


async def deal(bus: Bus, handler: Handler) -> bool:
    record = ConsumerRecord(
        topic="items",
        partition=2,
        offset=5,
        timestamp=0,
        timestamp_type=0,
        key=b"key",
        value=b"value",
        checksum=None,
        serialized_key_size=3,
        serialized_value_size=5,
        headers=(("kept", b"yes"),),
    )
    return await bus._deal(record, handler)


async def test_an_event_is_published_with_the_trace_in_its_headers(
    bus: Bus, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    monkeypatch.setattr(events, "tracer", provider.get_tracer("test"))
    await bus.publish("items", "key", b"value")
    [(topic, value, headers)] = producer.sent
    assert (topic, value) == ("items", b"value")
    assert headers["traceparent"].startswith(b"00-")


async def test_nothing_is_published_before_the_bus_is_there() -> None:
    with pytest.raises(Unavailable):
        await Bus("nowhere:9092", "test").publish("items", "key", b"value")


async def test_an_event_that_fails_three_times_is_a_dead_letter(
    bus: Bus, producer: Producer
) -> None:
    seen = []

    async def refuse(event: bytes) -> None:
        seen.append(event)
        raise ValueError("planted")

    assert await deal(bus, refuse)
    assert seen == [b"value"] * events.ATTEMPTS
    [(topic, value, headers)] = producer.sent
    assert (topic, value) == ("items.dead-letters", b"value")
    assert headers["kept"] == b"yes"
    assert headers["dead-letter-offset"] == b"2/5"
    assert b"planted" in headers["dead-letter-reason"]


async def test_an_event_waits_for_what_is_away(bus: Bus, producer: Producer) -> None:
    times = 0

    async def away(_: bytes) -> None:
        nonlocal times
        times += 1
        if times < 10:
            raise Unavailable("planted")

    assert await deal(bus, away)
    assert (times, producer.sent) == (10, [])


async def test_an_event_that_waits_is_not_done_when_the_service_stops(
    bus: Bus, producer: Producer
) -> None:
    async def away(_: bytes) -> None:
        bus._stopping.set()
        raise Unavailable("planted")

    assert not await deal(bus, away)
    assert producer.sent == []


# [/kafka]
