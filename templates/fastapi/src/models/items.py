"""Where items are kept."""

from typing import Protocol
from uuid import UUID

from src.models.item import Item


class Items(Protocol):
    """A place for items."""

    async def add(self, item: Item) -> None:
        """Keep an item; one that is there already stays as it is."""

    async def get(self, identifier: UUID) -> Item | None:
        """The item of that id."""

    async def latest(self, most: int) -> list[Item]:
        """The newest, as many as `most`."""

    async def remove(self, identifier: UUID) -> bool:
        """Whether there was one to be removed."""


class MemoryItems:
    """Keeps them until the process ends."""

    def __init__(self) -> None:
        self._items: dict[UUID, Item] = {}

    async def add(self, item: Item) -> None:
        self._items.setdefault(item.id, item)

    async def get(self, identifier: UUID) -> Item | None:
        return self._items.get(identifier)

    async def latest(self, most: int) -> list[Item]:
        return sorted(self._items.values(), key=lambda item: item.created_at, reverse=True)[:most]

    async def remove(self, identifier: UUID) -> bool:
        return self._items.pop(identifier, None) is not None
