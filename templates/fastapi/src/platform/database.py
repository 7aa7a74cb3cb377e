# [database]
"""PostgreSQL: a pool of connections, and migrations that are applied once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from opentelemetry.trace import SpanKind

from src.platform.errors import Unavailable
from src.platform.secrets import Secret
from src.platform.telemetry import tracer

# How long to wait for a connection and for a statement, and before the next attempt, in seconds.
PATIENCE = 5.0
PAUSE = 1.0
MIGRATIONS = Path(__file__).parents[1] / "migrations"
# The advisory lock under which one pod at a time migrates.
LOCK = 0x67726F756E64

# What says that the database is away rather than that a statement is wrong.
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
)

logger = logging.getLogger(__name__)


class Database:
    """A pool whose new connections take the secret's current version.

    The secret has username, password, host, port and database.
    """

    name = "database"

    def __init__(self, secret: Secret, migrations: Path = MIGRATIONS) -> None:
        self._secret = secret
        self._migrations = migrations
        self._pool: asyncpg.Pool | None = None
        self._away = "it has not been reached yet"
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to reach for the database; migrate it once it is there."""
        self._connecting = asyncio.create_task(self._connect())

    async def stop(self) -> None:
        """Close all connections, each after its statement."""
        if self._connecting:
            self._connecting.cancel()
        if self._pool:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()

    async def missing(self) -> str | None:
        """Why no statement can be run now."""
        if self._pool is None:
            return self._away
        try:
            await self._pool.fetchval("select 1")
        except _AWAY as error:
            return repr(error)
        return None

    @asynccontextmanager
    async def connection(self, operation: str) -> AsyncIterator[asyncpg.Connection]:
        """Lend a connection, in a span of the `operation`'s name. Unavailable: there is none."""
        if self._pool is None:
            raise Unavailable(f"the database cannot be used: {self._away}")
        with tracer.start_as_current_span(
            f"database {operation}",
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "postgresql", "db.operation.name": operation},
        ):
            try:
                async with self._pool.acquire(timeout=PATIENCE) as connection:
                    yield connection
            except _AWAY as error:
                raise Unavailable(f"the database is away: {error!r}") from error

    async def _connect(self) -> None:
        told = None
        while self._pool is None:
            try:
                self._pool = await self._migrated()
                logger.info("the database is there")
            except (*_AWAY, Unavailable, asyncpg.PostgresError) as error:
                self._away = str(error) or repr(error)
                if self._away != told:
                    logger.warning("the database cannot be used", extra={"error": self._away})
                told = self._away
                await asyncio.sleep(PAUSE)

    async def _migrated(self) -> asyncpg.Pool:
        pool = await asyncpg.create_pool(
            min_size=1, max_size=10, command_timeout=PATIENCE, connect=self._new_connection
        )
        try:
            async with pool.acquire() as connection:
                await migrate(connection, self._migrations)
        except BaseException:
            pool.terminate()
            raise
        return pool

    async def _new_connection(self, *_: object, **options: object) -> asyncpg.Connection:
        place = self._secret.fields("username", "password", "host", "port", "database")
        return await asyncpg.connect(
            user=place["username"],
            password=place["password"],
            host=place["host"],
            port=int(place["port"]),
            database=place["database"],
            timeout=PATIENCE,
            **options,
        )


def _read(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.glob("*.sql")}


async def migrate(connection: asyncpg.Connection, folder: Path) -> None:
    """Apply the files of `folder` that have not been, by their numbers; all of them or none."""
    files = _read(folder)
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(
            "create table if not exists migrations"
            " (name text primary key, applied_at timestamptz not null default now())"
        )
        applied = {row["name"] for row in await connection.fetch("select name from migrations")}
        for name in sorted(files.keys() - applied):
            logger.info("migrating", extra={"migration": name})
            await connection.execute(files[name])
            await connection.execute("insert into migrations (name) values ($1)", name)


# [/database]
