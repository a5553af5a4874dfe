"""Settings from the environment: `WAYBILL_KAFKA`, `WAYBILL_MONGO` and so on."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.runtime.kafka.settings import (
    KafkaSettings,
    both_or_neither,
    existing,
    read_settings,
)

__all__ = ["Settings", "read_settings"]

# The password in a URI: between its user name and its hosts.
_PASSWORD = re.compile(r"^[a-z+]+://[^/@]*?:([^/@]+)@")


class Settings(KafkaSettings):
    """The settings of a process."""

    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)
    retention_days: int = Field(default=30, ge=1)

    mongo: SecretStr = SecretStr("mongodb://localhost:27017/?replicaSet=rs0")
    mongo_username: str | None = None
    mongo_password: SecretStr | None = None
    mongo_cafile: Path | None = None
    mongo_certfile: Path | None = None
    database: str = "waybill"

    site: Path = Path("config/site.yaml")
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    trace_folder: Path | None = None

    batch: int = Field(default=500, ge=1, le=5000)
    session_timeout_ms: int = Field(default=10_000, ge=1000)
    max_poll_interval_ms: int = Field(default=300_000, ge=10_000)
    # Days after which closed orders are moved to the archive; 0 moves none.
    archive_after_days: float = Field(default=0, ge=0, le=36_500)
    # Kafka deleted records before they were read: read on after them instead of waiting.
    accept_lost_records: bool = False

    @field_validator("mongo_cafile", "mongo_certfile")
    @classmethod
    def _mongo_file_exists(cls, file: Path | None) -> Path | None:
        return existing(file)

    @model_validator(mode="after")
    def _mongo_complete(self) -> Self:
        """See `KafkaSettings`."""
        both_or_neither(
            self.mongo_username, self.mongo_password, "WAYBILL_MONGO_USERNAME and _PASSWORD"
        )
        return self

    def secrets(self) -> set[str]:
        """Every secret value, including a password within a URI; none of them may be logged."""
        held = [getattr(self, name) for name in type(self).model_fields]
        found = {each.get_secret_value() for each in held if isinstance(each, SecretStr)}
        password = _PASSWORD.search(self.mongo.get_secret_value())
        found |= {password[1], unquote(password[1])} if password else set()
        return found - {""}

    def database_of(self, service: str) -> str:
        """The name of a service's database."""
        return f"{self.database}_{service}"
