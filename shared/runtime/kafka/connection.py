"""Connection options for Kafka clients, including TLS and SASL."""

import ssl
from typing import Any

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings

# Bytes: the largest value that a service decodes; the largest record on a topic of the contract,
# so that a value that is too large reaches the service and gets a reply; the largest dead letter,
# which carries such a record and its own headers.
MAX_VALUE = 1024 * 1024
MAX_RECORD = 4 * 1024 * 1024
MAX_DEAD_LETTER = 5 * 1024 * 1024


def connection(settings: Settings) -> dict[str, Any]:
    """Returns the connection options of an aiokafka client.

    Raises `SettingsError` if a certificate can't be used.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka.split(","),
        "security_protocol": settings.kafka_security,
        "ssl_context": _tls(settings),
    }
    if settings.kafka_security.startswith("SASL"):
        username, password = _credentials(settings)
        options |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": username,
            "sasl_plain_password": password,
        }
    return options


def security(settings: Settings) -> BaseSecurity:
    """Returns the security of FastStream's broker. Raises `SettingsError` as `connection` does."""
    tls = _tls(settings)
    if not settings.kafka_security.startswith("SASL"):
        return BaseSecurity(ssl_context=tls, use_ssl=tls is not None)
    kind = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }[settings.kafka_mechanism]
    username, password = _credentials(settings)
    return kind(username, password, ssl_context=tls, use_ssl=tls is not None)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """Verifies the broker's certificate and host name; presents ours if there is one."""
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


def _credentials(settings: Settings) -> tuple[str, str]:
    password = settings.kafka_password
    if not settings.kafka_username or password is None:  # `Settings` has checked it
        raise SettingsError("WAYBILL_KAFKA_USERNAME and WAYBILL_KAFKA_PASSWORD are needed for SASL")
    return settings.kafka_username, password.get_secret_value()
