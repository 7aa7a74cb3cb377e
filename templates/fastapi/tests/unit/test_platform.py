"""What every service has, on this service."""

import json
import logging
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from src.platform.errors import Unavailable
from src.platform.health import Readiness
from src.platform.logs import JsonFormatter
from src.platform.secrets import Secret
from src.platform.telemetry import of_headers, to_headers, tracer

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


@pytest.fixture
def spans(app: FastAPI) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app._telemetry["tracer_provider"] = provider
    return exporter


def test_health_depends_on_nothing(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_ready_names_what_is_missing(client: TestClient) -> None:
    missing: set[str] = set()
    # [kafka]
    missing.add("kafka")
    # [/kafka]
    # [database]
    missing.add("database")
    # [/database]
    answer = client.get("/ready")
    assert set(answer.json().get("missing", {})) == missing
    assert answer.status_code == (503 if missing else 200)


def test_a_service_that_was_told_to_stop_is_not_ready_and_closes_connections(
    app: FastAPI, client: TestClient
) -> None:
    assert "connection" not in client.get("/items").headers
    app.state.readiness.stop()
    assert client.get("/ready").json() == {"status": "stopping"}
    answer = client.get("/items")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")


async def test_a_part_that_does_not_answer_is_missing() -> None:
    class Slow:
        name = "slow"

        async def start(self) -> None: ...
        async def stop(self) -> None: ...
        async def missing(self) -> str | None:
            raise TimeoutError

    assert await Readiness([Slow()]).missing() == {"slow": "no answer within 2 s"}


def test_requests_are_counted_by_route_with_the_trace_as_exemplar(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    client.get("/items/0af76519-16cd-43dd-8448-eb211c80319c", headers=PARENT)
    client.get("/nowhere")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert 'http_requests_total{route="/items/{identifier}",status="404"}' in answer.text
    assert 'http_requests_total{route="none",status="404"}' in answer.text
    assert f'# {{trace_id="{TRACE}"}}' in answer.text
    assert "_created" not in answer.text


def test_a_request_continues_its_trace_and_probes_have_none(
    client: TestClient, spans: InMemorySpanExporter
) -> None:
    for path in ("/health", "/ready", "/metrics"):
        client.get(path, headers=PARENT)
    client.get("/items", headers=PARENT)
    [span] = spans.get_finished_spans()
    assert span.name == "GET /items"
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == TRACE


def test_a_failure_is_answered_counted_and_logged_with_its_trace(
    app: FastAPI,
    client: TestClient,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise ValueError("planted")

    @app.get("/away")
    async def away() -> None:
        raise Unavailable("planted")

    assert client.get("/broken").json() == {"detail": "internal error"}
    assert client.get("/away").json() == {"detail": "planted"}
    assert "ValueError: planted" in caplog.text
    assert 'route="/broken",status="500"' in client.get("/metrics").text
    assert [span.status.is_ok for span in spans.get_finished_spans()] == [False, False]


def test_a_line_of_the_log_is_json_with_trace_and_each_name_once() -> None:
    record = logging.makeLogRecord(
        {"name": "desk", "levelname": "WARNING", "msg": "%s sold", "args": ("one",), "time": 1}
    )
    provider = TracerProvider(shutdown_on_exit=False)
    with provider.get_tracer("test").start_as_current_span("s", context=of_headers([])) as span:
        line = json.loads(JsonFormatter().format(record))
    assert (line["level"], line["target"], line["message"]) == ("warn", "desk", "one sold")
    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert line["field_time"] == 1
    assert "trace_id" not in json.loads(JsonFormatter().format(record))


def test_an_exception_is_in_the_line() -> None:
    try:
        raise ValueError("planted")
    except ValueError as error:
        found = (ValueError, error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "failed", "exc_info": found})
    assert "ValueError: planted" in json.loads(JsonFormatter().format(record))["exception"]


def test_a_trace_goes_through_headers_and_others_do_no_harm() -> None:
    parent = [("traceparent", PARENT["traceparent"].encode()), ("odd", b"\xff"), ("empty", None)]
    provider = TracerProvider(shutdown_on_exit=False)
    with provider.get_tracer("test").start_as_current_span("s", context=of_headers(parent)):
        [(name, value)] = to_headers()
    assert (name, value.decode().split("-")[1]) == ("traceparent", TRACE)
    assert tracer is not None


def test_a_secrets_new_version_takes_the_old_ones_place(tmp_path: Path) -> None:
    def version(name: str, value: str) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").write_text(value)
        (tmp_path / "new").symlink_to(name)
        (tmp_path / "new").rename(tmp_path / "..data")

    secret = Secret(tmp_path)
    with pytest.raises(Unavailable, match="has no token yet"):
        secret.field("token")
    version("..1", "first value")
    assert secret.field("token") == "first value"
    version("..2", "second value")
    assert secret.field("token") == "second value"
    assert "value" not in repr(secret)
