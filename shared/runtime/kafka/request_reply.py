"""Requests over Kafka: the records of commands and queries, and the replies to them.

Each process reads all replies, without a consumer group, and picks out its own by the ids of its
requests. Any number of requests can be in flight.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.contracts.topics import REPLIES
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.record import Publication
from shared.runtime.kafka.settings import KafkaSettings
from shared.runtime.kafka.topic_reader import partitions_of, stop

RETRY_SECONDS = 0.5


def make_envelope(
    message: Message,
    source: str,
    *,
    message_id: str | None = None,
    time: datetime | None = None,
    actor: str | None = None,
    reply_to: str | None = None,
    expected_version: int | None = None,
    dry_run: bool = False,
) -> Envelope:
    """Returns the envelope of a message that no other message caused.

    Without `message_id` the message gets a new id; without `time` it gets the current time.
    """
    message_id = message_id or str(uuid4())
    return Envelope(
        id=message_id,
        source=source,
        type=message.type,
        time=rfc3339(time or datetime.now(UTC)),
        subject=message.key,
        correlation_id=message_id,
        actor=actor,
        reply_to=reply_to,
        expected_version=expected_version,
        dry_run=dry_run,
    )


def make_record(settings: KafkaSettings, message: Message, envelope: Envelope) -> Publication:
    """Returns the record of a message, on its topic of the cluster."""
    return Publication(
        settings.topic(message.topic),
        message.key.encode(),
        message.model_dump_json(exclude_unset=True).encode(),
        envelope.headers(),
    )


class UnreadableReplyError(ValueError):
    """A reply arrived that can't be decoded."""


class ReplyReader:
    """Reads all replies from the moment it starts, and hands each to the callers that expect it.

    on_error  called with each error of Kafka while replies are read; reading is then retried
    """

    def __init__(
        self, settings: KafkaSettings, on_error: Callable[[KafkaError], None] = lambda error: None
    ) -> None:
        self._settings = settings
        self._on_error = on_error
        self._consumer: AIOKafkaConsumer | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[bytes, list[asyncio.Future[Reply]]] = {}
        self.topic = settings.topic(REPLIES)

    @property
    def ready(self) -> bool:
        """Whether replies can be received."""
        return self._reading is not None and not self._reading.done()

    async def start(self) -> None:
        """Connects, and seeks to the end of all partitions: call it before anything is sent.

        Raises `KafkaError` or `OSError` if Kafka doesn't answer, `NoTopicError` if the topic
        doesn't exist.
        """
        consumer = AIOKafkaConsumer(**connection(self._settings), enable_auto_commit=False)
        try:
            await consumer.start()
            partitions = await partitions_of(self._settings, [self.topic])
            consumer.assign(partitions)
            for partition, end in (await consumer.end_offsets(partitions)).items():
                consumer.seek(partition, end)
        except BaseException:
            await stop(consumer)
            raise
        self._consumer = consumer
        self._reading = asyncio.create_task(self._read(consumer))

    async def stop(self) -> None:
        """Disconnects, and cancels the callers that still wait for a reply."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._consumer:
            await stop(self._consumer)
        for future in chain.from_iterable(self._waiting.values()):
            future.cancel()

    @contextmanager
    def expect(self, message_id: str) -> Iterator[asyncio.Future[Reply]]:
        """Yields a future of the reply to this message, for as long as the block runs.

        Several callers may expect the same reply: each of them receives it. The future raises
        `UnreadableReplyError` for a reply that can't be decoded.
        """
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        key = message_id.encode()
        waiting = self._waiting.setdefault(key, [])
        waiting.append(future)
        try:
            yield future
        finally:
            future.cancel()
            waiting.remove(future)
            if not waiting:
                self._waiting.pop(key, None)

    def deliver(self, key: bytes, value: bytes) -> None:
        """Hands a reply to the callers that expect it, if there are any."""
        waiting = [future for future in self._waiting.get(key, ()) if not future.done()]
        if not waiting:
            return
        try:
            reply = Reply.model_validate_json(value)
        except ValueError as error:
            for future in waiting:
                future.set_exception(UnreadableReplyError(str(error)))
        else:
            for future in waiting:
                future.set_result(reply)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=1000)
            except KafkaError as error:
                self._on_error(error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for records in batches.values():
                for record in records:
                    self.deliver(record.key or b"", record.value or b"")
