"""Whether the service lives (/health) and whether it takes requests (/ready)."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse

# Less than the second between two looks of a startup probe allows for, in seconds.
_PATIENCE = 2.0

logger = logging.getLogger(__name__)


class Part(Protocol):
    """Something that the service depends on, and that lives as long as it does."""

    name: str

    async def start(self) -> None:
        """Begin to reach for it. What it depends on may be away."""

    async def stop(self) -> None:
        """Let go of it, with everything handed over."""

    async def missing(self) -> str | None:
        """Why it cannot be used now; None when it can."""


class Readiness:
    """Whether the service takes requests: its parts are there, and it was not told to stop."""

    def __init__(self, parts: Sequence[Part] = ()) -> None:
        self._parts = parts
        self.stopping = False

    def stop(self) -> None:
        """It is no longer ready, for good."""
        self.stopping = True
        logger.info("told to stop: no longer ready")

    async def missing(self) -> dict[str, str]:
        """The parts that cannot be used now, each with the reason."""
        reasons = await asyncio.gather(*(_reason(part) for part in self._parts))
        return {part.name: why for part, why in zip(self._parts, reasons, strict=True) if why}


async def _reason(part: Part) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await part.missing()
    except TimeoutError:
        return f"no answer within {_PATIENCE:g} s"


def router(readiness: Readiness) -> APIRouter:
    """Make /health, which depends on nothing else, and /ready by `readiness`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/ready")
    async def ready() -> JSONResponse:
        if readiness.stopping:
            return JSONResponse({"status": "stopping"}, 503)
        missing = await readiness.missing()
        if missing:
            return JSONResponse({"status": "missing", "missing": missing}, 503)
        return JSONResponse({"status": "ready"})

    return routes
