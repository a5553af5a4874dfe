"""Errors of the client. A rejected command is no error but an outcome."""

from collections.abc import Collection

from shared.runtime.kafka.refusals import DENIED, chain, why_no_kafka
from shared.runtime.kafka.settings import KafkaSettings


class ClientError(Exception):
    """The base class of the client's errors."""


class UnreachableError(ClientError):
    """Kafka doesn't answer, or refuses access; the message names the setting to check, if known."""


class MissingTopicError(ClientError):
    """The cluster doesn't have these topics, or doesn't show them to this user."""

    def __init__(self, address: str, topics: Collection[str]) -> None:
        self.topics = sorted(topics)
        super().__init__(
            f"Kafka at {address} has no topic {', '.join(self.topics)}, or our user may not see "
            "it. Check WAYBILL_TOPIC_PREFIX, and whether the topics were created."
        )


class InvalidMessageError(ClientError, ValueError):
    """A message breaks the contract, so it wasn't sent.

    field  the path of the wrong field, such as `shipments.0.lines.1.quantity`
    rule   what is wrong with it
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class UnreadableOutcomeError(ClientError):
    """An outcome arrived that this version of the client can't read."""


def unreachable(settings: KafkaSettings, error: BaseException) -> UnreachableError:
    """Returns the error for a Kafka cluster that gives no answer."""
    return UnreachableError(f"Kafka doesn't answer at {settings.kafka} ({type(error).__name__}).")


async def explained(settings: KafkaSettings, error: BaseException) -> UnreachableError:
    """Returns the error for a Kafka cluster, with the reason why it refused access, if it did.

    Asks the cluster once more, for at most a few seconds.
    """
    if any(isinstance(cause, DENIED) for cause in chain(error)):
        why: str | None = f"{settings.kafka_username or 'our user'} lacks a permission"
    else:
        why = await why_no_kafka(settings)
    if why is None:
        return unreachable(settings, error)
    return UnreachableError(f"Kafka at {settings.kafka} refused access: {why}.")
