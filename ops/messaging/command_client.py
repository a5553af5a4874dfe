"""Sends commands and waits for their outcomes; publishes messages in bulk.

A client can have any number of commands in flight.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Self

from aiokafka.errors import KafkaError

from ops.errors import TimedOutError, ToolError, UnreachableError, kafka_unreachable
from ops.messaging.outbox import Outbox
from ops.messaging.partitions import missing_topics
from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.runtime.envelope import Envelope
from shared.runtime.kafka.request_reply import (
    ReplyReader,
    UnreadableReplyError,
    make_envelope,
    make_record,
)
from shared.runtime.kafka.topic_reader import NoTopicError
from shared.runtime.settings import Settings

SOURCE = "waybill-cli"
WINDOW = 1000


class CommandClient:
    """Sends commands: `async with CommandClient(settings) as client: await client.send(command)`.

    source   names the sender; `source` and id together identify a message
    replies  False for a client that only publishes and doesn't listen for outcomes
    envelope  makes the envelope of a message that no other message caused; see `make_envelope`
    """

    def __init__(self, settings: Settings, *, source: str = SOURCE, replies: bool = True) -> None:
        self._settings = settings
        self.envelope = partial(make_envelope, source=source)
        self._outbox = Outbox(settings)
        self._replies = ReplyReader(settings) if replies else None

    async def __aenter__(self) -> Self:
        """Connects. Raises `UnreachableError`, or `ToolError` if the topics don't exist."""
        try:
            await self._outbox.open()
            if self._replies:
                await self._replies.start()
        except BaseException as error:
            await self.close()
            if isinstance(error, NoTopicError):
                raise missing_topics(self._settings, error) from None
            if isinstance(error, KafkaError | OSError):
                raise kafka_unreachable(self._settings.kafka, error) from error
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnects and stops waiting for outcomes."""
        if self._replies:
            await self._replies.stop()
        await self._outbox.close()

    async def send(
        self,
        command: Message,
        *,
        actor: str | None = None,
        command_id: str | None = None,
        expected_version: int | None = None,
        dry_run: bool = False,
        timeout: float = 30,  # noqa: ASYNC109 - the timeout has a message of its own
    ) -> Reply:
        """Sends `command` and returns its outcome, accepted or rejected.

        A repeated `command_id` gets the first outcome again. With `dry_run` nothing is done, and
        the reply says what the command would do. Raises `TimedOutError` if no outcome
        arrives within `timeout` seconds, and `UnreachableError` if Kafka can't be reached.
        """
        if not self._replies:
            raise RuntimeError("this client was created without replies")
        envelope = self.envelope(
            command,
            message_id=command_id,
            actor=actor,
            reply_to=self._replies.topic,
            expected_version=expected_version,
            dry_run=dry_run,
        )
        record = make_record(self._settings, command, envelope)
        try:
            with self._replies.expect(envelope.id) as reply:
                async with asyncio.timeout(timeout):
                    await self._outbox.write([record], timeout)
                    return await reply
        except TimeoutError:
            raise TimedOutError(
                f"No outcome of {command.type} ({envelope.id}) within {timeout:g} s.",
                "The command is on its topic and is carried out once its service runs. Check with: "
                "waybill status. Sending it again with the same id has no second effect.",
            ) from None
        except UnreadableReplyError as error:
            raise ToolError(f"An outcome can't be read: {error}") from error

    async def post(self, message: Message, envelope: Envelope | None = None) -> None:
        """Publishes one message and returns once it is acknowledged. Raises `UnreachableError`."""
        envelope = envelope or self.envelope(message)
        await self._outbox.write([make_record(self._settings, message, envelope)])

    async def publish(
        self,
        messages: Iterable[tuple[Message, Envelope]],
        published: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Publishes all messages, pipelined; returns how many once all are acknowledged.

        Reports progress to `published`. Waits for a broker that is down for a while; raises
        `UnreachableError` if it doesn't come back. Messages sent before stay sent.
        """
        total = 0
        records = (make_record(self._settings, *each) for each in messages)
        while window := list(islice(records, WINDOW)):
            await self._outbox.write(window)
            published(len(window))
            total += len(window)
        return total


__all__ = ["SOURCE", "CommandClient", "TimedOutError", "ToolError", "UnreachableError"]
