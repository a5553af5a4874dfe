"""Explains why Kafka or MongoDB refused access, and names the setting to check.

A wrong password isn't an outage, but the clients hardly distinguish the two: aiokafka reports both
as a failed connection. Code that waits for an engine calls `why_refused`; None means that nothing
was refused.
"""

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
from pymongo.errors import OperationFailure, PyMongoError

from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings

TIMEOUT_SECONDS = 5.0
_UNAUTHORIZED, _NOT_AUTHENTICATED = 13, 18
_DENIED = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)
_SIGN_IN = "the user name or password is wrong: check {0}_USERNAME and {0}_PASSWORD"
_PLAIN = "it doesn't use TLS on this port: check {0}"
_HANGS_UP = "it closes the connection; it may require TLS or a sign-in: check {0}"
_UNTRUSTED = "its certificate isn't trusted ({1}): check {0}_CAFILE"
_OTHER_NAME = "its certificate is for another host name: check the host in {0}, or the certificate"
_WANTS_OURS = "it requires a client certificate, or refuses ours: check {0}_CERTFILE"


async def why_refused(settings: Settings, error: BaseException) -> str | None:
    """Why Kafka or MongoDB refused access; None if it didn't, or the reason is unknown.

    `error` is what the client raised.
    """
    for cause in _chain(error):
        if isinstance(cause, PyMongoError):
            return why_no_mongo(cause)
        if isinstance(cause, _DENIED):
            return f"{settings.kafka_username or 'our user'} lacks a permission: see `waybill acls`"
    if any(isinstance(cause, (KafkaError, OSError)) for cause in _chain(error)):
        return await why_no_kafka(settings)
    return None


async def why_no_kafka(settings: Settings) -> str | None:
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


def why_no_mongo(error: PyMongoError) -> str | None:
    """Why MongoDB refused access; None if it didn't, or the reason is unknown."""
    if isinstance(error, OperationFailure):
        if error.code == _NOT_AUTHENTICATED:
            return _SIGN_IN.format("WAYBILL_MONGO")
        if error.code == _UNAUTHORIZED:
            return (
                "our user doesn't exist or lacks a permission: check WAYBILL_MONGO_USERNAME, "
                "`waybill acls`"
            )
        return None
    text = str(error)
    if "named 'None'" in text:  # all that pymongo reports for a direct connection
        return (
            "it is in no replica set, or refuses access: check WAYBILL_MONGO, WAYBILL_MONGO_CAFILE"
        )
    reason = _of_certificate(text, "WAYBILL_MONGO")
    if reason is None and ("connection closed" in text or "Connection reset" in text):
        reason = _HANGS_UP.format("WAYBILL_MONGO, WAYBILL_MONGO_CAFILE")
    return reason


def _of_kafka(error: BaseException) -> str | None:
    if isinstance(error, (AuthenticationFailedError, SaslAuthenticationFailed)):
        return _SIGN_IN.format("WAYBILL_KAFKA")
    if isinstance(error, UnsupportedSaslMechanismError):
        return "it doesn't support this way to sign in: check WAYBILL_KAFKA_MECHANISM"
    if isinstance(error, IllegalSaslStateError):
        return "it doesn't expect a sign-in: check WAYBILL_KAFKA_SECURITY"
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLError):
            return _of_certificate(str(cause), "WAYBILL_KAFKA")
    if isinstance(error, ConnectionRefusedError | TimeoutError):
        return None
    if isinstance(error, KafkaError | ConnectionError):
        return _HANGS_UP.format("WAYBILL_KAFKA_SECURITY")
    return None


def _of_certificate(text: str, setting: str) -> str | None:
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


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
