"""Errors and exit codes of the command-line tools."""

from enum import IntEnum

from pymongo.errors import PyMongoError

from shared.runtime.connection_errors import why_no_mongo


class Exit(IntEnum):
    """The exit codes of `waybill`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REJECTED = 3
    TIMED_OUT = 4
    UNREACHABLE = 5


EXIT_CODES = (
    "Exit codes: 0 done, accepted, healthy · 1 failed or not healthy · 2 wrong usage · "
    "3 rejected by a rule · 4 timed out · 5 an engine can't be reached"
)


class ToolError(Exception):
    """An expected error: `message` says what happened, `hint` what to do about it."""

    code = Exit.FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UnreachableError(ToolError):
    """An engine doesn't answer."""

    code = Exit.UNREACHABLE


class KafkaUnreachableError(UnreachableError):
    """Kafka doesn't answer or refuses access; only another attempt can tell which."""


class TimedOutError(ToolError):
    """A wait exceeded its timeout."""

    code = Exit.TIMED_OUT


class UsageError(ToolError):
    """The command was used wrongly."""

    code = Exit.USAGE


def kafka_unreachable(address: str, error: BaseException) -> UnreachableError:
    """Returns the error for a Kafka cluster that doesn't answer at `address`."""
    return KafkaUnreachableError(
        f"Kafka doesn't answer at {address} ({type(error).__name__}).",
        "Start the system with 'waybill up', or set WAYBILL_KAFKA to your cluster's address.",
    )


def mongo_unreachable(address: str, error: BaseException) -> UnreachableError:
    """Returns the error for a MongoDB that doesn't answer at `address`, which has no password."""
    if isinstance(error, PyMongoError) and (why := why_no_mongo(error)):
        return UnreachableError(f"MongoDB at {address} refused access.", f"{why}.")
    return UnreachableError(
        f"MongoDB doesn't answer at {address} ({type(error).__name__}).",
        "Start the system with 'waybill up', or set WAYBILL_MONGO to your database's URI.",
    )
