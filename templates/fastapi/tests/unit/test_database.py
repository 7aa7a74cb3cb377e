# [database]
"""How the schema is migrated, without a database; tests/integration has one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from src.platform.database import Database, migrate
from src.platform.errors import Unavailable
from src.platform.secrets import Secret


class Connection:
    """Remembers what was applied."""

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.statements: list[str] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def execute(self, statement: str, *values: Any) -> None:
        self.statements.append(statement)
        if statement.startswith("insert into migrations"):
            self.applied.extend(values)

    async def fetch(self, _: str) -> list[dict[str, str]]:
        return [{"name": name} for name in self.applied]


async def test_each_migration_is_applied_once_in_the_order_of_their_numbers(
    tmp_path: Path,
) -> None:
    connection = Connection()
    (tmp_path / "0002-b.sql").write_text("second")
    (tmp_path / "0001-a.sql").write_text("first")
    await migrate(connection, tmp_path)
    (tmp_path / "0003-c.sql").write_text("third")
    await migrate(connection, tmp_path)
    own = [statement for statement in connection.statements if " " not in statement]
    assert own == ["first", "second", "third"]
    assert "pg_advisory_xact_lock" in connection.statements[0]


async def test_a_database_without_its_secret_is_missing_and_says_so(tmp_path: Path) -> None:
    database = Database(Secret(tmp_path), tmp_path)
    assert await database.missing() == "it has not been reached yet"
    with pytest.raises(Unavailable, match="not been reached"):
        async with database.connection("look"):
            pass


# [/database]
