"""Settings from the environment: `WAYBILL_KAFKA`, `WAYBILL_MONGO` and so on."""

import re
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from urllib.parse import unquote

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.contracts import Topic
from shared.runtime.secrets import SecretFiles, SettingsError

PREFIX = "WAYBILL_"
# The password in a URI: between its user name and its hosts.
_PASSWORD = re.compile(r"^[a-z+]+://[^/@]*?:([^/@]+)@")


class Settings(BaseSettings):
    """The settings of a process."""

    # An error names the setting that is wrong, never its value: that may be a password.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, secrets_dir=None, hide_input_in_errors=True
    )

    kafka: str = "localhost:9092"
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_cafile: Path | None = None
    kafka_certfile: Path | None = None
    kafka_keyfile: Path | None = None
    topic_prefix: str = ""
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
    # Kafka deleted records before they were read: read on after them instead of waiting.
    accept_lost_records: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Sources in order of precedence: arguments, the environment, files that it names."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator(
        "kafka_cafile", "kafka_certfile", "kafka_keyfile", "mongo_cafile", "mongo_certfile"
    )
    @classmethod
    def _there(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError(f"the file {file} doesn't exist")
        return file

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Checks settings that belong together: a password that nothing uses is a mistake."""
        for needed, given, names in (
            (self.kafka_username, self.kafka_password, "WAYBILL_KAFKA_USERNAME and _PASSWORD"),
            (self.mongo_username, self.mongo_password, "WAYBILL_MONGO_USERNAME and _PASSWORD"),
        ):
            if (needed is None) != (given is None):
                raise ValueError(f"set both {names}, or neither")
        signs_in, encrypts = "SASL" in self.kafka_security, "SSL" in self.kafka_security
        if signs_in and self.kafka_password is None:
            raise ValueError(
                f"WAYBILL_KAFKA_SECURITY={self.kafka_security} needs WAYBILL_KAFKA_USERNAME and "
                "WAYBILL_KAFKA_PASSWORD (or WAYBILL_KAFKA_PASSWORD_FILE)"
            )
        if self.kafka_password is not None and not signs_in:
            raise ValueError("WAYBILL_KAFKA_USERNAME needs WAYBILL_KAFKA_SECURITY=SASL_SSL")
        if (self.kafka_cafile or self.kafka_certfile) and not encrypts:
            raise ValueError(
                "WAYBILL_KAFKA_CAFILE and _CERTFILE need WAYBILL_KAFKA_SECURITY=SASL_SSL or SSL"
            )
        if self.kafka_keyfile and not self.kafka_certfile:
            raise ValueError("WAYBILL_KAFKA_KEYFILE needs its WAYBILL_KAFKA_CERTFILE")
        return self

    def secrets(self) -> set[str]:
        """Every secret value, including a password within a URI; none of them may be logged."""
        held = [getattr(self, name) for name in type(self).model_fields]
        found = {each.get_secret_value() for each in held if isinstance(each, SecretStr)}
        password = _PASSWORD.search(self.mongo.get_secret_value())
        found |= {password[1], unquote(password[1])} if password else set()
        return found - {""}

    def topic(self, topic: Topic | str) -> str:
        """The name of a topic of the contract on this cluster, with the prefix."""
        return self.topic_prefix + (topic if isinstance(topic, str) else topic.name)

    def database_of(self, service: str) -> str:
        """The name of a service's database."""
        return f"{self.database}_{service}"


S = TypeVar("S", bound=Settings)


def read_settings(kind: type[S], **known: Any) -> S:
    """Reads the settings of the environment.

    `kind` is `Settings` or a subclass; `known` values take precedence over the environment.
    Raises `SettingsError`, which names each wrong setting, but no value.
    """
    try:
        return kind(**known)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False, include_context=False)
        raise SettingsError("; ".join(map(_described, mistakes))) from None


def _described(mistake: object) -> str:
    where, text = mistake["loc"], mistake["msg"].removeprefix("Value error, ")  # type: ignore[index]
    return f"{PREFIX}{str(where[0]).upper()}: {text}" if where else str(text)
