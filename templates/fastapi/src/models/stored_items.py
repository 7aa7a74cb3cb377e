# [database]
"""Items in the database."""

from uuid import UUID

from src.models.item import Item
from src.platform.database import Database


class StoredItems:
    """Keeps them in the table `items`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, item: Item) -> None:
        async with self._database.connection("add item") as connection:
            await connection.execute(
                "insert into items (id, name, quantity, created_at) values ($1, $2, $3, $4)"
                " on conflict (id) do nothing",
                item.id,
                item.name,
                item.quantity,
                item.created_at,
            )

    async def get(self, identifier: UUID) -> Item | None:
        async with self._database.connection("get item") as connection:
            row = await connection.fetchrow("select * from items where id = $1", identifier)
        return None if row is None else Item.model_validate(dict(row))

    async def latest(self, most: int) -> list[Item]:
        async with self._database.connection("latest items") as connection:
            rows = await connection.fetch(
                "select * from items order by created_at desc limit $1", most
            )
        return [Item.model_validate(dict(row)) for row in rows]

    async def remove(self, identifier: UUID) -> bool:
        async with self._database.connection("remove item") as connection:
            done = await connection.execute("delete from items where id = $1", identifier)
        return str(done) == "DELETE 1"


# [/database]
