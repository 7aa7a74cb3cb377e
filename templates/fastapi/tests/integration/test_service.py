"""The service as it runs in the stack."""

import re
from uuid import uuid4

import httpx2


def test_it_is_alive_and_ready(service: str) -> None:
    assert httpx2.get(f"{service}/health").json() == {"status": "ok"}
    answer = httpx2.get(f"{service}/ready")
    assert answer.status_code == 200, answer.text


def test_an_item_that_was_made_is_shown(service: str) -> None:
    made = httpx2.post(f"{service}/items", json={"name": "bolt", "quantity": 3})
    assert made.status_code == 201, made.text
    shown = httpx2.get(f"{service}/items/{made.json()['id']}")
    assert shown.json() == made.json()


def test_a_request_is_counted_with_its_trace(service: str) -> None:
    trace = uuid4().hex
    parent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    assert httpx2.get(f"{service}/items", headers=parent).status_code == 200
    figures = httpx2.get(f"{service}/metrics").text
    assert re.search(f'http_request_duration_seconds_bucket.* # {{trace_id="{trace}"}}', figures)
