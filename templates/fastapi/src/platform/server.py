"""The service's life: it serves, is told to stop, drains and ends."""

import signal
from math import inf
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI

from src.platform import logs, telemetry
from src.platform.health import Readiness
from src.platform.settings import PlatformSettings


class DrainingServer(uvicorn.Server):
    """Goes on for a while after SIGTERM, unready, so that nobody who still comes is refused."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, drain: float) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._drain = drain
        self._told = False
        self._until = inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; end at once when told again, and at Ctrl-C."""
        # NB: it may come in the middle of anything, of a line of the log as well.
        if self._told or sig != signal.SIGTERM:
            self.should_exit = True
        self._told = True

    async def on_tick(self, counter: int) -> bool:
        """Say, ten times a second, whether to end."""
        if self._told and self._until == inf:
            self._readiness.stop()
            self._until = monotonic() + self._drain
        return await super().on_tick(counter) or monotonic() >= self._until


def run(app: FastAPI, settings: PlatformSettings) -> None:
    """Serve `app` until the process is told to stop."""
    logs.set_up(settings.log_level)
    provider = telemetry.set_up(app.title, app.version)
    config = uvicorn.Config(
        app,
        host=settings.listen_host,
        port=settings.listen_port,
        loop="uvloop",
        http="httptools",
        # Its own lines would be plain text; metrics.Observe writes one for each request.
        log_config=None,
        access_log=False,
        lifespan="on",
        # Longer than a client keeps a connection that it does not use.
        timeout_keep_alive=120,
        timeout_graceful_shutdown=settings.grace_seconds,
        server_header=False,
    )
    DrainingServer(config, app.state.readiness, settings.drain_seconds).run()
    telemetry.shut_down(provider)
