"""The service: its parts, put together. `python -m src.main` serves it."""

from fastapi import FastAPI

from src.config import NAME, Settings

# [kafka]
from src.models.item import Item

# [/kafka]
from src.models.items import Items, MemoryItems

# [database]
from src.models.stored_items import StoredItems

# [/database]
from src.platform import app as platform
from src.platform import server

# [database]
from src.platform.database import Database

# [/database]
# [kafka]
from src.platform.events import Bus

# [/kafka]
from src.platform.health import Part
from src.platform.secrets import Secret
from src.routes import items as routes


def create(settings: Settings) -> FastAPI:
    """Make the application; nothing is reached for before it starts."""
    parts: list[Part] = []
    items: Items = MemoryItems()
    # [database]
    database = Database(Secret(settings.secrets / "database"))
    parts.append(database)
    items = StoredItems(database)
    # [/database]
    # [kafka]
    bus = Bus(settings.kafka_brokers, NAME, settings.kafka_replication)

    async def keep(event: bytes) -> None:
        await items.add(Item.model_validate_json(event))

    bus.read(settings.items_topic, keep)
    parts.append(bus)
    # [/kafka]
    app = platform.create(NAME, parts)
    app.state.settings = settings
    app.state.items = items
    app.state.token = Secret(settings.secrets / "token")
    # [kafka]
    app.state.bus = bus
    # [/kafka]
    app.include_router(routes.router)
    return app


if __name__ == "__main__":
    settings = Settings()
    server.run(create(settings), settings)
