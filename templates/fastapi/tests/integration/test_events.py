# [kafka]
"""The service and the event bus."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from aiokafka import AIOKafkaProducer

from src.config import Settings
from src.models.item import Item
from tests.integration.conftest import address


@pytest.fixture
async def producer() -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=address("KAFKA_BROKERS"))
    await producer.start()
    yield producer
    await producer.stop()


async def test_an_item_of_an_event_is_kept_and_a_second_time_changes_nothing(
    service: str, producer: AIOKafkaProducer
) -> None:
    item = Item(name="nut", quantity=2)
    again = item.model_copy(update={"quantity": 9})
    for event in (item, again):
        await producer.send_and_wait(
            Settings().items_topic, event.model_dump_json().encode(), key=str(item.id).encode()
        )
    async with httpx2.AsyncClient(base_url=service) as client, asyncio.timeout(30):
        while (  # noqa: ASYNC110, only asking tells
            answer := await client.get(f"/items/{item.id}")
        ).status_code == 404:
            await asyncio.sleep(0.05)
        assert answer.json()["quantity"] == 2


# [/kafka]
