"""Sends commands and waits for their outcomes; publishes messages in bulk.

A client can have any number of commands in flight.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Self
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from ops.errors import TimedOutError, ToolError, UnreachableError, kafka_unreachable
from ops.messaging.outbox import PAUSE, Outbox
from ops.messaging.partitions import partitions_of, stop
from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.contracts.topics import REPLIES
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.kafka.connection import connection
from shared.runtime.ports import Publication
from shared.runtime.settings import Settings

SOURCE = "waybill-cli"
WINDOW = 1000


class CommandClient:
    """Sends commands: `async with CommandClient(settings) as client: await client.send(command)`.

    source   names the sender; `source` and id together identify a message
    replies  False for a client that only publishes and doesn't listen for outcomes
    """

    def __init__(self, settings: Settings, *, source: str = SOURCE, replies: bool = True) -> None:
        self._settings = settings
        self._source = source
        self._reply_topic = settings.topic(REPLIES)
        self._waiting: dict[bytes, asyncio.Future[Reply]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._outbox = Outbox(settings)
        self._consumer = (
            AIOKafkaConsumer(**connection(settings), enable_auto_commit=False) if replies else None
        )

    async def __aenter__(self) -> Self:
        """Connects. Raises `UnreachableError`, or `ToolError` if the topics don't exist."""
        try:
            await self._outbox.open()
            if self._consumer:
                await self._consumer.start()
                await self._seek_to_end(self._consumer)
                self._listening = asyncio.create_task(self._listen(self._consumer))
        except BaseException as error:
            await self.close()
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
        if self._listening:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        if self._consumer:
            await stop(self._consumer)
        await self._outbox.close()
        for future in self._waiting.values():
            future.cancel()

    async def send(
        self,
        command: Message,
        *,
        actor: str | None = None,
        command_id: str | None = None,
        expected_version: int | None = None,
        timeout: float = 30,  # noqa: ASYNC109 - the timeout has a message of its own
    ) -> Reply:
        """Sends `command` and returns its outcome, accepted or rejected.

        A repeated `command_id` gets the first outcome again. Raises `TimedOutError` if no outcome
        arrives within `timeout` seconds, and `UnreachableError` if Kafka can't be reached.
        """
        if not self._listening:
            raise RuntimeError("this client was created without replies")
        envelope = self.envelope(
            command,
            message_id=command_id,
            actor=actor,
            reply_to=self._reply_topic,
            expected_version=expected_version,
        )
        key = envelope.id.encode()
        future = self._waiting.get(key) or asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        try:
            async with asyncio.timeout(timeout):
                await self._outbox.write([self._record(command, envelope)], timeout)
                return await future
        except TimeoutError:
            raise TimedOutError(
                f"No outcome of {command.type} ({envelope.id}) within {timeout:g} s.",
                "The command is on its topic and is carried out once its service runs. Check with: "
                "waybill status. Sending it again with the same id has no second effect.",
            ) from None
        finally:
            self._waiting.pop(key, None)

    def envelope(
        self,
        message: Message,
        *,
        message_id: str | None = None,
        time: datetime | None = None,
        actor: str | None = None,
        reply_to: str | None = None,
        expected_version: int | None = None,
    ) -> Envelope:
        """Returns a new envelope for a message that no other message caused."""
        message_id = message_id or str(uuid4())
        return Envelope(
            id=message_id,
            source=self._source,
            type=message.type,
            time=rfc3339(time or datetime.now(UTC)),
            subject=message.key,
            correlation_id=message_id,
            actor=actor,
            reply_to=reply_to,
            expected_version=expected_version,
        )

    async def post(self, message: Message, envelope: Envelope | None = None) -> None:
        """Publishes one message and returns once it is acknowledged. Raises `UnreachableError`."""
        await self._outbox.write([self._record(message, envelope or self.envelope(message))])

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
        records = (self._record(message, envelope) for message, envelope in messages)
        while window := list(islice(records, WINDOW)):
            await self._outbox.write(window)
            published(len(window))
            total += len(window)
        return total

    def _record(self, message: Message, envelope: Envelope) -> Publication:
        return Publication(
            self._settings.topic(message.topic),
            message.key.encode(),
            message.model_dump_json(exclude_unset=True).encode(),
            envelope.headers(),
        )

    async def _seek_to_end(self, consumer: AIOKafkaConsumer) -> None:
        """Seeks to the end of the replies, before anything is sent that could be replied to."""
        partitions = await partitions_of(self._settings, [self._reply_topic])
        consumer.assign(partitions)
        for partition, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, end)

    async def _listen(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=1000)
            except KafkaError:
                # The broker is down. Every `send` has its own timeout.
                await asyncio.sleep(PAUSE)
                continue
            for records in batches.values():
                for record in records:
                    self._answer(record.key or b"", record.value or b"")

    def _answer(self, key: bytes, value: bytes) -> None:
        future = self._waiting.get(key)
        if future and not future.done():
            try:
                future.set_result(Reply.model_validate_json(value))
            except ValueError as error:
                future.set_exception(ToolError(f"An outcome can't be read: {error}"))


__all__ = ["SOURCE", "CommandClient", "TimedOutError", "ToolError", "UnreachableError"]
