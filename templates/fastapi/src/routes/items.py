"""/items."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query

from src.models.item import Item, NewItem
from src.routes.needs import (
    # [kafka]
    TheBus,
    # [/kafka]
    TheItems,
    TheSettings,
    has_token,
)

router = APIRouter(prefix="/items", tags=["items"])


@router.post("", status_code=201)
async def create(
    new: NewItem,
    items: TheItems,
    # [kafka]
    bus: TheBus,
    settings: TheSettings,
    # [/kafka]
) -> Item:
    """Make an item of what the client says."""
    item = Item.model_validate(new.model_dump())
    # [kafka]
    # First the event: should the service end here, src/main.py keeps the item when it is read.
    await bus.publish(settings.items_topic, str(item.id), item.model_dump_json().encode())
    # [/kafka]
    await items.add(item)
    return item


@router.get("")
async def latest(
    items: TheItems, settings: TheSettings, most: Annotated[int, Query(ge=1)] = 100
) -> list[Item]:
    """Show the newest items."""
    return await items.latest(min(most, settings.most_items))


@router.get("/{identifier}")
async def get(identifier: UUID, items: TheItems) -> Item:
    """Show an item."""
    item = await items.get(identifier)
    if item is None:
        raise HTTPException(404, "there is no such item")
    return item


@router.delete("/{identifier}", status_code=204, dependencies=[Depends(has_token)])
async def remove(identifier: UUID, items: TheItems) -> None:
    """Remove an item; for holders of the token."""
    if not await items.remove(identifier):
        raise HTTPException(404, "there is no such item")
