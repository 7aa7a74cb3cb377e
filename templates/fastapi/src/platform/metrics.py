"""What the service counts, as Prometheus reads it (/metrics)."""

import logging
from time import perf_counter

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import REGISTRY, Counter, Histogram, disable_created_metrics
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.platform import telemetry
from src.platform.health import Readiness

# What machines ask for every few seconds: their spans and lines would hide the others.
PROBES = frozenset({"/health", "/ready", "/metrics"})

disable_created_metrics()
_REQUESTS = Counter("http_requests", "Requests answered", ["route", "status"])
_DURATIONS = Histogram(
    "http_request_duration_seconds",
    "Time from a request's head to the answer's end",
    ["route", "status"],
    # From 0.5 ms to 8 s, each twice the one before.
    buckets=[0.0005 * 2**power for power in range(15)],
)

logger = logging.getLogger(__name__)


class Observe:
    """Counts, times and logs each request, inside the span that FastAPI makes of it."""

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._readiness.stopping:
                    # The client's next request goes to another pod, on a connection of its own.
                    MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        try:
            await self._app(scope, receive, observed)
        except Exception:
            logger.exception("request failed")
            if status:
                raise
            await JSONResponse({"detail": "internal error"}, 500)(scope, receive, observed)
        finally:
            _observe(scope, status, perf_counter() - started)


def _observe(scope: Scope, status: int, elapsed: float) -> None:
    # The pattern and not the path, so that no client can make up new time series.
    route = getattr(scope.get("fastapi.telemetry"), "route", None)
    route = route or getattr(scope.get("route"), "path", "none")
    trace_id = telemetry.trace_id()
    exemplar = {"trace_id": trace_id} if trace_id else None
    _REQUESTS.labels(route, status).inc()
    _DURATIONS.labels(route, status).observe(elapsed, exemplar)
    logger.log(
        logging.DEBUG if route in PROBES else logging.INFO,
        "request",
        extra={
            "method": scope["method"],
            "route": route,
            "status": status,
            "milliseconds": round(elapsed * 1e3, 3),
        },
    )


def router() -> APIRouter:
    """Make /metrics: all figures in the text format of OpenMetrics, which has exemplars."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST})

    return routes
