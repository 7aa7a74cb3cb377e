"""Tests against a running stack: where things are is in the environment.

SERVICE_URL     where the service answers, as http://NAME.localhost:8080
# [kafka]
KAFKA_BROKERS   where the event bus is, as localhost:9092
# [/kafka]
"""

import os

import pytest


def address(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} says no address: no stack to test against")
    return value


@pytest.fixture(scope="session")
def service() -> str:
    return address("SERVICE_URL").rstrip("/")
