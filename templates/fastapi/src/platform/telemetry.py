"""Traces: where spans go, and how a trace goes from one service to the next."""

import os
import threading
from collections.abc import Iterable

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import (
    SERVICE_NAME,
    SERVICE_VERSION,
    OTELResourceDetector,
    Resource,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# How long the end of the service waits for the collector, in seconds.
_LAST_SPANS = 3

tracer = trace.get_tracer("src")


def set_up(name: str, version: str) -> TracerProvider:
    """Make spans, and send them to OTEL_EXPORTER_OTLP_ENDPOINT if there is one.

    The environment's OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before `name` and `version`.
    """
    told = OTELResourceDetector().detect().attributes
    resource = Resource.create({SERVICE_NAME: name, SERVICE_VERSION: version, **told})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        exporter = OTLPSpanExporter(timeout=_LAST_SPANS)
        provider.add_span_processor(
            BatchSpanProcessor(exporter, max_queue_size=16384, schedule_delay_millis=500)
        )
    trace.set_tracer_provider(provider)
    return provider


def shut_down(provider: TracerProvider) -> None:
    """Hand the last spans over, for as long as the pod has time for it."""
    last = threading.Thread(target=provider.shutdown, daemon=True)
    last.start()
    last.join(_LAST_SPANS)


def trace_id() -> str | None:
    """The current trace, if its spans are kept: what an exemplar points at."""
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.trace_flags.sampled else None


def to_headers() -> list[tuple[str, bytes]]:
    """The current span as headers of an event."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return [(name, value.encode()) for name, value in carrier.items()]


def of_headers(headers: Iterable[tuple[str, bytes | None]]) -> Context:
    """What an event's headers say of the span that it comes from; other headers do no harm."""
    text = {name: value.decode("latin-1") for name, value in headers if value is not None}
    return propagate.extract(text)
