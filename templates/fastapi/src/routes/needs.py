"""What routes ask for by the type of an argument; src/main.py puts it in place.

All of these are coroutines: FastAPI gives a plain function a thread of its own for each request.
"""

import hmac
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from src.config import Settings
from src.models.items import Items

# [kafka]
from src.platform.events import Bus

# [/kafka]


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


TheSettings = Annotated[Settings, Depends(_settings)]


async def _items(request: Request) -> Items:
    items: Items = request.app.state.items
    return items


TheItems = Annotated[Items, Depends(_items)]
# [kafka]


async def _bus(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus


TheBus = Annotated[Bus, Depends(_bus)]
# [/kafka]


async def has_token(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> None:
    """Let in who has the current version of the token; no one as long as there is none."""
    wanted: str = request.app.state.token.field("token")
    if given is None or not hmac.compare_digest(given.credentials.encode(), wanted.encode()):
        raise HTTPException(401, "this takes the token", {"www-authenticate": "Bearer"})
