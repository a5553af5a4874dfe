"""Settings, from the environment: `WAYBILL_KAFKA`, `WAYBILL_MONGO` and so on."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts import Topic


class Settings(BaseSettings):
    """What a process must know about the world around it."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_", secrets_dir=None)

    kafka: str = "localhost:9092"
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_cafile: Path | None = None
    topic_prefix: str = ""
    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)
    retention_days: int = Field(default=30, ge=1)

    mongo: SecretStr = SecretStr("mongodb://localhost:27017/?replicaSet=rs0")
    database: str = "waybill"

    site: Path = Path("config/site.yaml")
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    batch: int = Field(default=500, ge=1, le=5000)
    session_timeout_ms: int = Field(default=10_000, ge=1000)
    max_poll_interval_ms: int = Field(default=300_000, ge=10_000)

    def topic(self, topic: Topic | str) -> str:
        """The name that a topic of the contract has on this cluster."""
        return self.topic_prefix + (topic if isinstance(topic, str) else topic.name)

    def database_of(self, service: str) -> str:
        """The name of a service's own database."""
        return f"{self.database}_{service}"
