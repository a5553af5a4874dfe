"""Sends commands to their topics and waits for their replies.

Every portal process reads all replies and picks out its own by their ids. A command is stored until
its outcome is known, so that any portal can look it up later: it sends the same message again, and
by the contract a repeat receives the outcome of the first one and has no second effect.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import DuplicateKeyError

from shared.contracts import Message, model_for
from shared.contracts.replies import Reply
from shared.contracts.topics import REPLIES
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.topic_reader import partitions_of, stop
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

SOURCE = "waybill-portal"
RETENTION = timedelta(days=1)
RETRY_SECONDS = 0.5
# How long Kafka may take to acknowledge a command.
PUBLISH_TIMEOUT_SECONDS = 8.0

log = structlog.get_logger()


class IdempotencyKeyReused(ValueError):
    """An idempotency key was used before, for another command."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted command: its id, and its reply if that has arrived."""

    id: str
    reply: Reply | None


class CommandClient:
    """Submits commands and sends queries, for one process."""

    def __init__(self, settings: Settings, database: AsyncIOMotorDatabase) -> None:
        self._settings = settings
        self._publisher = KafkaPublisher(settings, "waybill-portal")
        self._commands = database["commands"]
        self._replies = settings.topic(REPLIES)
        self._consumer: AIOKafkaConsumer | None = None
        self._waiting: dict[str, list[asyncio.Future[Reply]]] = {}
        self._reply_reader: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether commands can be sent and replies received."""
        return self._reply_reader is not None and not self._reply_reader.done()

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._commands.create_index("expires", expireAfterSeconds=0)

    async def start(self) -> None:
        """Connects, and seeks to the end of the replies. Raises `KafkaError`, `Unavailable`."""
        await self._publisher.start()
        consumer = AIOKafkaConsumer(**connection(self._settings), enable_auto_commit=False)
        try:
            await consumer.start()
            await self._seek_to_end(consumer)
        except BaseException:
            await self._publisher.stop()
            await stop(consumer)
            raise
        self._consumer = consumer
        self._reply_reader = asyncio.create_task(self._read_replies(consumer))

    async def stop(self) -> None:
        """Disconnects; calls that still wait for a reply are canceled."""
        if self._reply_reader:
            self._reply_reader.cancel()
            await asyncio.gather(self._reply_reader, return_exceptions=True)
        if self._consumer:
            await stop(self._consumer)
        await self._publisher.stop()
        for future in chain.from_iterable(self._waiting.values()):
            future.cancel()

    async def submit(
        self,
        command: Message,
        actor: str,
        *,
        wait: float,
        key: str | None = None,
        expected_version: int | None = None,
    ) -> Submission:
        """Sends a command and waits up to `wait` seconds for its reply.

        `key` is the caller's idempotency key: the same key from the same actor is the same message.
        Raises `IdempotencyKeyReused` if the key was used for another command, `Unavailable` if
        Kafka can't be reached.
        """
        data = command.model_dump_json(exclude_unset=True)
        envelope = self._envelope(command, actor, _id(actor, key), expected_version)
        fingerprint = hashlib.sha256(
            f"{command.type} {expected_version} {data}".encode()
        ).hexdigest()
        kept = {
            "_id": envelope.id,
            "print": fingerprint,
            "actor": actor,
            "topic": command.topic.name,
            "type": command.type,
            "data": data,
            "expected_version": expected_version,
            "expires": datetime.now(UTC) + RETENTION,
        }
        try:
            await self._commands.insert_one(kept)
        except DuplicateKeyError:
            before = await self._commands.find_one({"_id": envelope.id}) or {}
            if before.get("print", fingerprint) != fingerprint:
                raise IdempotencyKeyReused(
                    "This Idempotency-Key was used for another command. Send a new key."
                ) from None
        return await self._send(command, envelope, wait)

    async def outcome(self, command_id: str, actor: str, wait: float) -> Submission | None:
        """The outcome of a command; None if this actor submitted no command with this id."""
        kept = await self._commands.find_one({"_id": command_id, "actor": actor})
        if kept is None:
            return None
        if "reply" in kept:
            return Submission(command_id, Reply.model_validate_json(kept["reply"]))
        model = model_for(kept["topic"], kept["type"])
        if model is None:
            return Submission(command_id, None)
        command = model.read(kept["type"], kept["data"])
        envelope = self._envelope(command, actor, command_id, kept["expected_version"])
        return await self._send(command, envelope, wait)

    async def query(self, message: Message, actor: str, wait: float) -> Reply | None:
        """Sends a query, which changes nothing; None if no reply arrives within `wait` seconds."""
        envelope = self._envelope(message, actor, str(uuid4()), None)
        return await self._request_reply(message, envelope, wait, wait)

    async def _send(self, command: Message, envelope: Envelope, wait: float) -> Submission:
        reply = await self._request_reply(command, envelope, wait, PUBLISH_TIMEOUT_SECONDS)
        if reply is not None:
            # A command may hold personal data: it is stored only as long as it is needed.
            change = {"$set": {"reply": reply.model_dump_json()}, "$unset": {"data": ""}}
            await self._commands.update_one({"_id": envelope.id}, change)
        return Submission(envelope.id, reply)

    async def _request_reply(
        self, message: Message, envelope: Envelope, wait: float, publish_timeout: float
    ) -> Reply | None:
        """Publishes a message and returns its reply; None if none arrives within `wait` seconds.

        Raises `Unavailable` if Kafka doesn't acknowledge the message within `publish_timeout`
        seconds. Kafka may have stored it all the same; sending it again does no harm.
        """
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        # Several callers may send the same message at once: each of them receives the reply.
        waiting = self._waiting.setdefault(envelope.id, [])
        waiting.append(future)
        try:
            try:
                await asyncio.wait_for(self._publish(message, envelope), publish_timeout)
            except TimeoutError:
                raise Unavailable("Kafka: no acknowledgement") from None
            return await asyncio.wait_for(future, wait)
        except TimeoutError:
            return None
        finally:
            waiting.remove(future)
            if not waiting:
                self._waiting.pop(envelope.id, None)

    async def _publish(self, message: Message, envelope: Envelope) -> None:
        record = Publication(
            self._settings.topic(message.topic),
            message.key.encode(),
            message.model_dump_json(exclude_unset=True).encode(),
            envelope.headers(),
        )
        try:
            await self._publisher.publish([record])
        except Unavailable:
            # A failed producer can't resume its sequence numbers; a new one may send it again.
            await self._publisher.renew()
            await self._publisher.publish([record])

    def _envelope(
        self, message: Message, actor: str, message_id: str, expected_version: int | None
    ) -> Envelope:
        return Envelope(
            id=message_id,
            source=SOURCE,
            type=message.type,
            time=rfc3339(datetime.now(UTC)),
            subject=message.key,
            correlation_id=message_id,
            actor=actor,
            reply_to=self._replies,
            expected_version=expected_version,
        )

    async def _seek_to_end(self, consumer: AIOKafkaConsumer) -> None:
        """Seeks to the end of all reply partitions, before any command is sent."""
        partitions = await partitions_of(self._settings, [self._replies])
        consumer.assign(partitions)
        for partition, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, end)

    async def _read_replies(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=1000)
            except KafkaError as error:
                log.warning("can't read replies", error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for records in batches.values():
                for record in records:
                    self._deliver(record.key or b"", record.value or b"")

    def _deliver(self, key: bytes, value: bytes) -> None:
        waiting = self._waiting.get(key.decode(errors="replace"), ())
        if not waiting:
            return
        try:
            reply = Reply.model_validate_json(value)
        except ValueError:
            log.exception("can't decode a reply", command_id=key.decode(errors="replace"))
            return
        for future in waiting:
            if not future.done():
                future.set_result(reply)


def _id(actor: str, key: str | None) -> str:
    """A new id, or the one derived from the actor and their key: keys of two actors never clash."""
    if key is None:
        return str(uuid4())
    return hashlib.sha256(f"{actor} {key}".encode()).hexdigest()[:40]
