"""Settings of the connection to Kafka, from the environment: `WAYBILL_KAFKA` and so on."""

from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.contracts import Topic
from shared.runtime.secrets import SecretFiles, SettingsError

PREFIX = "WAYBILL_"


class KafkaSettings(BaseSettings):
    """How to reach Kafka: addresses, TLS, SASL, and the prefix of all topics.

    Each field is read from the environment variable `WAYBILL_<FIELD>`, unless it is given. The
    password may be in a file that `WAYBILL_KAFKA_PASSWORD_FILE` names.
    """

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

    @field_validator("kafka_cafile", "kafka_certfile", "kafka_keyfile")
    @classmethod
    def _kafka_file_exists(cls, file: Path | None) -> Path | None:
        return existing(file)

    @model_validator(mode="after")
    def _kafka_complete(self) -> Self:
        """Checks settings that belong together: a password that nothing uses is a mistake."""
        both_or_neither(
            self.kafka_username, self.kafka_password, "WAYBILL_KAFKA_USERNAME and _PASSWORD"
        )
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

    def topic(self, topic: Topic | str) -> str:
        """The name of a topic of the contract on this cluster, with the prefix."""
        return self.topic_prefix + (topic if isinstance(topic, str) else topic.name)


def existing(file: Path | None) -> Path | None:
    """Returns `file`. Raises `ValueError` if it is given and doesn't exist."""
    if file is not None and not file.is_file():
        raise ValueError(f"the file {file} doesn't exist")
    return file


def both_or_neither(needed: object, given: object, names: str) -> None:
    """Raises `ValueError` if only one of two settings is there."""
    if (needed is None) != (given is None):
        raise ValueError(f"set both {names}, or neither")


S = TypeVar("S", bound=KafkaSettings)


def read_settings(kind: type[S], **known: Any) -> S:
    """Reads the settings of the environment.

    `kind` is `KafkaSettings` or a subclass; `known` values take precedence over the environment.
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
