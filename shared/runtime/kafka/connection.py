"""How a client of ours reaches Kafka, with whatever security the settings ask for."""

import ssl
from typing import Any

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings

# What a service tries to understand; what a topic of the contract takes, so that something too
# large reaches the service and is answered; what a dead letter may be, which carries that and more.
MAX_VALUE = 1024 * 1024
MAX_RECORD = 4 * 1024 * 1024
MAX_DEAD_LETTER = 5 * 1024 * 1024


def connection(settings: Settings) -> dict[str, Any]:
    """Where the cluster is and how to sign in, as any aiokafka client takes it.

    Raises `SettingsError` where a certificate can't be used.
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
    """The same for FastStream's broker."""
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
    """Checks the broker's certificate and its name, and shows ours if we have one."""
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
    """Without this a key with a password would ask for it on the terminal."""
    return ""


def _credentials(settings: Settings) -> tuple[str, str]:
    password = settings.kafka_password
    if not settings.kafka_username or password is None:  # `Settings` has seen to it
        raise SettingsError("WAYBILL_KAFKA_USERNAME and WAYBILL_KAFKA_PASSWORD are needed for SASL")
    return settings.kafka_username, password.get_secret_value()
