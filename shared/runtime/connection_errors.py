"""Explains why Kafka or MongoDB refused access, and names the setting to check.

A wrong password isn't an outage, but the clients hardly distinguish the two: aiokafka reports both
as a failed connection. Code that waits for an engine calls `why_refused`; None means that nothing
was refused.
"""

from aiokafka.errors import KafkaError
from pymongo.errors import OperationFailure, PyMongoError

from shared.runtime.kafka.refusals import (
    DENIED,
    HANGS_UP,
    SIGN_IN,
    chain,
    of_certificate,
    why_no_kafka,
)
from shared.runtime.settings import Settings

__all__ = ["why_no_kafka", "why_no_mongo", "why_refused"]

_UNAUTHORIZED, _NOT_AUTHENTICATED = 13, 18


async def why_refused(settings: Settings, error: BaseException) -> str | None:
    """Why Kafka or MongoDB refused access; None if it didn't, or the reason is unknown.

    `error` is what the client raised.
    """
    for cause in chain(error):
        if isinstance(cause, PyMongoError):
            return why_no_mongo(cause)
        if isinstance(cause, DENIED):
            return f"{settings.kafka_username or 'our user'} lacks a permission: see `waybill acls`"
    if any(isinstance(cause, (KafkaError, OSError)) for cause in chain(error)):
        return await why_no_kafka(settings)
    return None


def why_no_mongo(error: PyMongoError) -> str | None:
    """Why MongoDB refused access; None if it didn't, or the reason is unknown."""
    if isinstance(error, OperationFailure):
        if error.code == _NOT_AUTHENTICATED:
            return SIGN_IN.format("WAYBILL_MONGO")
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
    reason = of_certificate(text, "WAYBILL_MONGO")
    if reason is None and ("connection closed" in text or "Connection reset" in text):
        reason = HANGS_UP.format("WAYBILL_MONGO, WAYBILL_MONGO_CAFILE")
    return reason
