"""Connection options for Kafka clients, including TLS and SASL."""

import ssl
from typing import Any

from shared.runtime.kafka.settings import KafkaSettings
from shared.runtime.secrets import SettingsError

# Bytes: the largest value that a service decodes; the largest record on a topic of the contract,
# so that a value that is too large reaches the service and gets a reply; the largest dead letter,
# which carries such a record and its own headers.
MAX_VALUE = 1024 * 1024
MAX_RECORD = 4 * 1024 * 1024
MAX_DEAD_LETTER = 5 * 1024 * 1024


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """Returns the connection options of an aiokafka client.

    Raises `SettingsError` if a certificate can't be used.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka.split(","),
        "security_protocol": settings.kafka_security,
        "ssl_context": tls_context(settings),
    }
    if settings.kafka_security.startswith("SASL"):
        username, password = credentials(settings)
        options |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": username,
            "sasl_plain_password": password,
        }
    return options


def tls_context(settings: KafkaSettings) -> ssl.SSLContext | None:
    """Returns a context that verifies the broker and presents our certificate, if there is one.

    None without TLS. Raises `SettingsError` if a certificate can't be used.
    """
    if "SSL" not in settings.kafka_security:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.kafka_cafile)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"WAYBILL_KAFKA_CAFILE: no certificates in PEM: {error}") from None
    if settings.kafka_certfile:
        try:
            context.load_cert_chain(settings.kafka_certfile, settings.kafka_keyfile, _no_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise SettingsError(
                "WAYBILL_KAFKA_CERTFILE, WAYBILL_KAFKA_KEYFILE: no certificate with its key, "
                f"in PEM and without a password: {error}"
            ) from None
    return context


def _no_password() -> str:
    """Keeps OpenSSL from asking for a key's password on the terminal."""
    return ""


def credentials(settings: KafkaSettings) -> tuple[str, str]:
    """Returns user name and password for SASL. Raises `SettingsError` if one is missing."""
    password = settings.kafka_password
    if not settings.kafka_username or password is None:  # `Settings` has checked it
        raise SettingsError("WAYBILL_KAFKA_USERNAME and WAYBILL_KAFKA_PASSWORD are needed for SASL")
    return settings.kafka_username, password.get_secret_value()
