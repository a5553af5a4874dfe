"""How a client of ours reaches Kafka, with whatever security the settings ask for."""

import ssl
from typing import Any

from shared.runtime.settings import Settings

# Dead letters carry what came in, headers of ours on top; so the records that may come in are
# smaller than those that the topics and our own producers can hold.
MAX_RECORD = 3 * 1024 * 1024
MAX_REQUEST = 4 * 1024 * 1024


def connection(settings: Settings) -> dict[str, Any]:
    """The keyword arguments of any aiokafka client that say where the cluster is and how to sign in."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka.split(","),
        "security_protocol": settings.kafka_security,
    }
    if "SSL" in settings.kafka_security:
        cafile = str(settings.kafka_cafile) if settings.kafka_cafile else None
        options["ssl_context"] = ssl.create_default_context(cafile=cafile)
    if settings.kafka_security.startswith("SASL"):
        password = settings.kafka_password
        options |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
        }
    return options
