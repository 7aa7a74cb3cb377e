"""The application with all that it needs in memory; nothing outside is reached for."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src import main
from src.config import Settings
from src.models.items import MemoryItems

TOKEN = "a token of thirty-two characters"  # noqa: S105, it opens nothing
# [kafka]


class Published:
    """Keeps what would be published."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, bytes]] = []

    async def publish(self, topic: str, key: str, value: bytes) -> None:
        self.events.append((topic, key, value))


@pytest.fixture
def published(app: FastAPI) -> Published:
    bus = Published()
    app.state.bus = bus
    return bus


# [/kafka]


@pytest.fixture
def token_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "token"
    folder.mkdir()
    (folder / "token").write_text(TOKEN)
    return folder


@pytest.fixture
def app(token_folder: Path) -> FastAPI:
    app = main.create(Settings(secrets=token_folder.parent))
    app.state.items = MemoryItems()
    # [kafka]
    app.state.bus = Published()
    # [/kafka]
    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)
