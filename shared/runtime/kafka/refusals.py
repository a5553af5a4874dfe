"""Explains why Kafka refused access, and names the setting to check."""

import asyncio
import ssl
from collections.abc import Iterator

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.settings import KafkaSettings

TIMEOUT_SECONDS = 5.0
DENIED = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)
SIGN_IN = "the user name or password is wrong: check {0}_USERNAME and {0}_PASSWORD"
_PLAIN = "it doesn't use TLS on this port: check {0}"
HANGS_UP = "it closes the connection; it may require TLS or a sign-in: check {0}"
_UNTRUSTED = "its certificate isn't trusted ({1}): check {0}_CAFILE"
_OTHER_NAME = "its certificate is for another host name: check the host in {0}, or the certificate"
_WANTS_OURS = "it requires a client certificate, or refuses ours: check {0}_CERTFILE"


async def why_no_kafka(settings: KafkaSettings) -> str | None:
    """Why Kafka refused access, according to the first broker that answers; None if it didn't."""
    options = connection(settings)
    for server in options.pop("bootstrap_servers"):
        host, _, port = server.rpartition(":")
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                broker = await create_conn(host.strip("[]"), int(port), **options)
                try:
                    await broker.send(MetadataRequest([]))
                finally:
                    broker.close()
        except (KafkaError, OSError, TimeoutError, ValueError) as error:
            if (why := _of_kafka(error)) is not None:
                return why
        else:
            return None
    return None


def _of_kafka(error: BaseException) -> str | None:
    if isinstance(error, (AuthenticationFailedError, SaslAuthenticationFailed)):
        return SIGN_IN.format("WAYBILL_KAFKA")
    if isinstance(error, UnsupportedSaslMechanismError):
        return "it doesn't support this way to sign in: check WAYBILL_KAFKA_MECHANISM"
    if isinstance(error, IllegalSaslStateError):
        return "it doesn't expect a sign-in: check WAYBILL_KAFKA_SECURITY"
    for cause in chain(error):
        if isinstance(cause, ssl.SSLError):
            return of_certificate(str(cause), "WAYBILL_KAFKA")
    if isinstance(error, ConnectionRefusedError | TimeoutError):
        return None
    if isinstance(error, KafkaError | ConnectionError):
        return HANGS_UP.format("WAYBILL_KAFKA_SECURITY")
    return None


def of_certificate(text: str, setting: str) -> str | None:
    """Translates OpenSSL's message; None if it isn't about certificates or TLS."""
    if "doesn't match" in text or "mismatch" in text:
        return _OTHER_NAME.format(setting)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        why = text.partition("verify failed: ")[2].partition(" (")[0]
        return _UNTRUSTED.format(setting, why or "unknown")
    if "ALERT" in text.upper() and "CERTIFICATE" in text.upper():
        return _WANTS_OURS.format(setting)
    if "WRONG_VERSION_NUMBER" in text or "record layer" in text:
        return _PLAIN.format("WAYBILL_KAFKA_SECURITY" if "KAFKA" in setting else setting)
    return None


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yields an error and what caused it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
