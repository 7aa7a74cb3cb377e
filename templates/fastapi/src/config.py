"""What the environment tells the service."""

from src.platform.settings import PlatformSettings

NAME = "template-service"


class Settings(PlatformSettings):
    """Settings of this service, beside those that every service has."""

    # How many items are shown at once, at most.
    most_items: int = 1000
    # [kafka]
    # What it publishes items to, and keeps them from.
    items_topic: str = f"{NAME}.items"
    # [/kafka]
