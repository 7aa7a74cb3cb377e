"""Settings that every service has."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class PlatformSettings(BaseSettings):
    """Each is an environment variable of the same name in capitals: k8s/configmap.yaml."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True)

    # Where it listens. A container has to listen on every address.
    listen_host: str = "127.0.0.1"
    listen_port: int = 8080
    # debug, info, warning or error.
    log_level: str = "info"
    # How long it still takes requests after it was told to stop: others need that to go elsewhere.
    drain_seconds: float = 2.0
    # How long it then waits for requests in flight. What else the end takes: k8s/deployment.yaml.
    grace_seconds: int = 8
    # Each secret is a folder in it, and each field a file.
    secrets: Path = Path("/run/secrets")
    # [kafka]
    kafka_brokers: str = "localhost:9092"
    # How many copies of each record a topic keeps that the service makes.
    kafka_replication: int = 1
    # [/kafka]
