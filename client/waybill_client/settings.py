"""The connection to Kafka: addresses, TLS, SASL and the prefix of all topics."""

from typing import Any

from shared.runtime.kafka import settings as kafka_settings
from shared.runtime.kafka.settings import KafkaSettings as Settings
from shared.runtime.secrets import SettingsError

__all__ = ["Settings", "SettingsError", "read_settings"]


def read_settings(**known: Any) -> Settings:
    """Reads `WAYBILL_KAFKA`, `WAYBILL_KAFKA_SECURITY` and so on from the environment.

    `known` values take precedence, by the names of the fields: `kafka="broker:9092"`. Raises
    `SettingsError`, which names each wrong setting, but no value.
    """
    return kafka_settings.read_settings(Settings, **known)
