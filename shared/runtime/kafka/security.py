"""Security options of FastStream's broker."""

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.runtime.kafka.connection import credentials, tls_context
from shared.runtime.kafka.settings import KafkaSettings


def security(settings: KafkaSettings) -> BaseSecurity:
    """Returns the security of FastStream's broker. Raises `SettingsError`."""
    tls = tls_context(settings)
    if not settings.kafka_security.startswith("SASL"):
        return BaseSecurity(ssl_context=tls, use_ssl=tls is not None)
    kind = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }[settings.kafka_mechanism]
    username, password = credentials(settings)
    return kind(username, password, ssl_context=tls, use_ssl=tls is not None)
