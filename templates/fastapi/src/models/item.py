"""An item: the sample that shows each part at work. Put what your service is about in its place."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field


class NewItem(BaseModel):
    """What a client says of an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    quantity: int = Field(gt=0, lt=2**31)


class Item(NewItem):
    """An item as it is kept, and as its event says."""

    id: UUID = Field(default_factory=uuid4)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
