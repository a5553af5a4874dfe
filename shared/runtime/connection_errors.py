"""Why an engine lets us not in, with the setting to look at: a wrong password isn't an outage.

Clients tell the two apart badly: aiokafka says of either that it can't connect. So whoever waits
for an engine asks here what stands in the way; silence means that nobody has refused us.
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

WITHIN_SECONDS = 5.0
_UNAUTHORIZED, _NOT_AUTHENTICATED = 13, 18
_DENIED = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)
_SIGN_IN = "the name or the password is refused: see {0}_USERNAME and {0}_PASSWORD"
_PLAIN = "it doesn't speak TLS here: see {0}"
_HANGS_UP = "it hangs up on us, as who wants TLS or a sign-in does: see {0}"
_UNTRUSTED = "its certificate isn't trusted ({1}): see {0}_CAFILE"
_OTHER_NAME = "its certificate is for another name: see the host in {0}, or the certificate"
_WANTS_OURS = "it doesn't take our certificate, or wants one: see {0}_CERTFILE"


async def why_refused(settings: Settings, error: BaseException) -> str | None:
    """Why the engine that `error` is about refuses us; None if it doesn't, or nobody can tell."""
    for cause in _chain(error):
        if isinstance(cause, PyMongoError):
            return why_no_mongo(cause)
        if isinstance(cause, _DENIED):
            return f"{settings.kafka_username or 'our user'} lacks a right: see `waybill acls`"
    if any(isinstance(cause, (KafkaError, OSError)) for cause in _chain(error)):
        return await why_no_kafka(settings)
    return None


async def why_no_kafka(settings: Settings) -> str | None:
    """Why Kafka refuses us, as its first broker that answers at all says it."""
    options = connection(settings)
    for server in options.pop("bootstrap_servers"):
        host, _, port = server.rpartition(":")
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                link = await create_conn(host.strip("[]"), int(port), **options)
                try:
                    await link.send(MetadataRequest([]))
                finally:
                    link.close()
        except (KafkaError, OSError, TimeoutError, ValueError) as error:
            if (why := _of_kafka(error)) is not None:
                return why
        else:
            return None
    return None


def why_no_mongo(error: PyMongoError) -> str | None:
    """Why MongoDB refuses us."""
    if isinstance(error, OperationFailure):
        if error.code == _NOT_AUTHENTICATED:
            return _SIGN_IN.format("WAYBILL_MONGO")
        if error.code == _UNAUTHORIZED:
            return "our user is none, or lacks a right: see WAYBILL_MONGO_USERNAME, `waybill acls`"
        return None
    words = str(error)
    if "named 'None'" in words:  # all that pymongo says where it is to connect to one server only
        return "it is in no replica set, or lets us not in: see WAYBILL_MONGO, WAYBILL_MONGO_CAFILE"
    told = _of_certificate(words, "WAYBILL_MONGO")
    if told is None and ("connection closed" in words or "Connection reset" in words):
        told = _HANGS_UP.format("WAYBILL_MONGO, WAYBILL_MONGO_CAFILE")
    return told


def _of_kafka(error: BaseException) -> str | None:
    if isinstance(error, (AuthenticationFailedError, SaslAuthenticationFailed)):
        return _SIGN_IN.format("WAYBILL_KAFKA")
    if isinstance(error, UnsupportedSaslMechanismError):
        return "it has no such way to sign in: see WAYBILL_KAFKA_MECHANISM"
    if isinstance(error, IllegalSaslStateError):
        return "it wants no sign-in: see WAYBILL_KAFKA_SECURITY"
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLError):
            return _of_certificate(str(cause), "WAYBILL_KAFKA")
    if isinstance(error, ConnectionRefusedError | TimeoutError):
        return None
    if isinstance(error, KafkaError | ConnectionError):
        return _HANGS_UP.format("WAYBILL_KAFKA_SECURITY")
    return None


def _of_certificate(words: str, setting: str) -> str | None:
    """What OpenSSL's words mean for us, if it has said any."""
    if "doesn't match" in words or "mismatch" in words:
        return _OTHER_NAME.format(setting)
    if "CERTIFICATE_VERIFY_FAILED" in words:
        why = words.partition("verify failed: ")[2].partition(" (")[0]
        return _UNTRUSTED.format(setting, why or "unknown")
    if "ALERT" in words.upper() and "CERTIFICATE" in words.upper():
        return _WANTS_OURS.format(setting)
    if "WRONG_VERSION_NUMBER" in words or "record layer" in words:
        return _PLAIN.format("WAYBILL_KAFKA_SECURITY" if "KAFKA" in setting else setting)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
