from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from src.models.item import Item

# [kafka]
from tests.unit.conftest import Published

# [/kafka]


def make(client: TestClient) -> Item:
    answer = client.post("/items", json={"name": "bolt", "quantity": 3})
    assert answer.status_code == 201, answer.text
    return Item.model_validate(answer.json())


def bearer(folder: Path) -> dict[str, str]:
    return {"authorization": f"Bearer {(folder / 'token').read_text()}"}


def test_an_item_that_was_made_is_shown(client: TestClient) -> None:
    first, second = make(client), make(client)
    assert (first.name, first.quantity) == ("bolt", 3)
    assert Item.model_validate(client.get(f"/items/{first.id}").json()) == first
    latest = [item["id"] for item in client.get("/items").json()]
    assert latest == [str(second.id), str(first.id)]
    assert [item["id"] for item in client.get("/items?most=1").json()] == latest[:1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "quantity": 1},
        {"name": "bolt", "quantity": 0},
        {"name": "bolt"},
        {"name": "bolt", "quantity": 1, "colour": "red"},
    ],
)
def test_what_is_no_item_is_refused(client: TestClient, wrong: dict[str, object]) -> None:
    assert client.post("/items", json=wrong).status_code == 422
    assert client.get("/items").json() == []


def test_an_item_that_is_not_there_is_404(client: TestClient, token_folder: Path) -> None:
    nowhere = f"/items/{uuid4()}"
    assert client.get(nowhere).status_code == 404
    assert client.delete(nowhere, headers=bearer(token_folder)).status_code == 404


def test_only_who_has_the_token_removes_an_item(client: TestClient, token_folder: Path) -> None:
    item = f"/items/{make(client).id}"
    assert client.delete(item).status_code == 401
    assert client.delete(item, headers={"authorization": "Bearer other"}).status_code == 401
    assert client.delete(item, headers=bearer(token_folder)).status_code == 204
    assert client.get(item).status_code == 404


def test_a_new_token_takes_the_old_ones_place_at_once(
    client: TestClient, token_folder: Path
) -> None:
    item, old = f"/items/{make(client).id}", bearer(token_folder)
    (token_folder / "token").write_text("another token of 32 characters..")
    assert client.delete(item, headers=old).status_code == 401
    assert client.delete(item, headers=bearer(token_folder)).status_code == 204


def test_without_a_token_nobody_removes_an_item(client: TestClient, token_folder: Path) -> None:
    given = bearer(token_folder)
    (token_folder / "token").unlink()
    answer = client.delete(f"/items/{make(client).id}", headers=given)
    assert answer.status_code == 503
    assert "has no token yet" in answer.json()["detail"]


# [kafka]


def test_an_item_that_was_made_is_published(client: TestClient, published: Published) -> None:
    item = make(client)
    [(topic, key, value)] = published.events
    assert (topic.rpartition(".")[2], key) == ("items", str(item.id))
    assert Item.model_validate_json(value) == item


# [/kafka]
