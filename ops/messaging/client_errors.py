"""Turns errors of the client into errors of the tools, with advice for whoever runs Waybill."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import waybill_client
from ops.errors import ToolError, kafka_unreachable
from shared.runtime.settings import Settings


def missing_topics(settings: Settings, topics: Iterable[str]) -> ToolError:
    """Returns the error for topics that don't exist; it says how to create them."""
    return ToolError(
        f"Kafka at {settings.kafka} has no topic {', '.join(topics)}.",
        "Create the topics: waybill setup",
    )


@contextmanager
def tool_errors(settings: Settings) -> Iterator[None]:
    """Raises `UnreachableError` or `ToolError` for errors of the client within the block."""
    try:
        yield
    except waybill_client.MissingTopicError as error:
        raise missing_topics(settings, error.topics) from None
    except waybill_client.UnreachableError as error:
        cause = error.__cause__ or error
        raise kafka_unreachable(settings.kafka, cause) from cause
    except waybill_client.InvalidMessageError as error:
        raise ToolError(f"Not sent: {error.field} {error.rule}.") from None
    except waybill_client.UnreadableOutcomeError as error:
        raise ToolError(f"An outcome can't be read: {error}") from error
