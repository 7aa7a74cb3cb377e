"""A FastAPI application with all that a service on Groundwork has."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from src.platform import health, metrics
from src.platform.errors import Unavailable
from src.platform.health import Part, Readiness


def create(title: str, parts: Sequence[Part]) -> FastAPI:
    """Make an application whose `parts` start and stop with it, in their order and against it.

    Its `state.readiness` is what /ready asks.
    """
    readiness = Readiness(parts)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for part in parts:
                await part.start()
                running.push_async_callback(part.stop)
            yield

    app = FastAPI(
        title=title,
        lifespan=lifespan,
        # Spans of requests alone: figures are Prometheus', lines are in the log.
        telemetry={
            "exclude": lambda scope: scope.get("path") in metrics.PROBES,
            "operation_spans": False,
            "metrics": False,
            "logs": False,
        },
    )
    app.state.readiness = readiness
    app.include_router(health.router(readiness))
    app.include_router(metrics.router())
    app.add_middleware(metrics.Observe, readiness=readiness)

    @app.exception_handler(Unavailable)
    async def unavailable(_: Request, error: Unavailable) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 503)

    return app
