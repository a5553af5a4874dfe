"""Sends commands to their topics and hears what becomes of them.

Every portal process reads all replies and knows its own by their ids. What was sent is kept until
its outcome is known, so any portal can tell it later: it sends the very same message again, and
the contract gives a repeat the first one's outcome and no second effect.
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
KEPT = timedelta(days=1)
PAUSE = 0.5
# How long Kafka may take to acknowledge a command.
TAKEN_SECONDS = 8.0

log = structlog.get_logger()


class Reused(ValueError):
    """An idempotency key came with another command than the first time."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command on its way: its id, and its outcome if that is known already."""

    id: str
    reply: Reply | None


class CommandClient:
    """One process's way to give commands and to ask questions."""

    def __init__(self, settings: Settings, database: AsyncIOMotorDatabase) -> None:
        self._settings = settings
        self._publisher = KafkaPublisher(settings, "waybill-portal")
        self._commands = database["commands"]
        self._replies = settings.topic(REPLIES)
        self._consumer: AIOKafkaConsumer | None = None
        self._waiting: dict[str, list[asyncio.Future[Reply]]] = {}
        self._listening: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether commands can be sent and outcomes heard."""
        return self._listening is not None and not self._listening.done()

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._commands.create_index("expires", expireAfterSeconds=0)

    async def start(self) -> None:
        """Connects, and stands at the end of the replies. Raises `KafkaError`, `Unavailable`."""
        await self._publisher.start()
        consumer = AIOKafkaConsumer(**connection(self._settings), enable_auto_commit=False)
        try:
            await consumer.start()
            await self._take_place(consumer)
        except BaseException:
            await self._publisher.stop()
            await stop(consumer)
            raise
        self._consumer = consumer
        self._listening = asyncio.create_task(self._listen(consumer))

    async def stop(self) -> None:
        """Disconnects; whoever still waits is told that nothing is known yet."""
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._consumer:
            await stop(self._consumer)
        await self._publisher.stop()
        for future in chain.from_iterable(self._waiting.values()):
            future.cancel()

    async def give(
        self,
        command: Message,
        actor: str,
        *,
        wait: float,
        key: str | None = None,
        expected_version: int | None = None,
    ) -> Sent:
        """Sends a command and waits up to `wait` seconds for its outcome.

        key  the sender's own: the same again, from the same actor, is the same message. Raises
        `Reused` if it names another command, `Unavailable` if Kafka is away.
        """
        data = command.model_dump_json(exclude_unset=True)
        envelope = self._envelope(command, actor, _id(actor, key), expected_version)
        print_ = hashlib.sha256(f"{command.type} {expected_version} {data}".encode()).hexdigest()
        kept = {
            "_id": envelope.id,
            "print": print_,
            "actor": actor,
            "topic": command.topic.name,
            "type": command.type,
            "data": data,
            "expected_version": expected_version,
            "expires": datetime.now(UTC) + KEPT,
        }
        try:
            await self._commands.insert_one(kept)
        except DuplicateKeyError:
            before = await self._commands.find_one({"_id": envelope.id}) or {}
            if before.get("print", print_) != print_:
                raise Reused("This Idempotency-Key was used for another command.") from None
        return await self._send(command, envelope, wait)

    async def outcome(self, command_id: str, actor: str, wait: float) -> Sent | None:
        """What became of a command that this actor gave; None if they gave none with this id."""
        kept = await self._commands.find_one({"_id": command_id, "actor": actor})
        if kept is None:
            return None
        if "reply" in kept:
            return Sent(command_id, Reply.model_validate_json(kept["reply"]))
        model = model_for(kept["topic"], kept["type"])
        if model is None:
            return Sent(command_id, None)
        command = model.read(kept["type"], kept["data"])
        envelope = self._envelope(command, actor, command_id, kept["expected_version"])
        return await self._send(command, envelope, wait)

    async def ask(self, question: Message, actor: str, wait: float) -> Reply | None:
        """Asks something that changes nothing; None if no answer comes in time."""
        envelope = self._envelope(question, actor, str(uuid4()), None)
        return await self._exchange(question, envelope, wait, wait)

    async def _send(self, command: Message, envelope: Envelope, wait: float) -> Sent:
        reply = await self._exchange(command, envelope, wait, TAKEN_SECONDS)
        if reply is not None:
            # What was asked may hold somebody's address: it is kept no longer than it is of use.
            told = {"$set": {"reply": reply.model_dump_json()}, "$unset": {"data": ""}}
            await self._commands.update_one({"_id": envelope.id}, told)
        return Sent(envelope.id, reply)

    async def _exchange(
        self, message: Message, envelope: Envelope, wait: float, taken: float
    ) -> Reply | None:
        """The outcome, or None if there is none within `wait` seconds.

        Only what Kafka has acknowledged is on its way: raises `Unavailable` if it hasn't within
        `taken` seconds. Whether it has it all the same is unknown; sent again it does no harm.
        """
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        # The same message may be sent by several at once, and each wants to hear.
        waiting = self._waiting.setdefault(envelope.id, [])
        waiting.append(future)
        try:
            try:
                await asyncio.wait_for(self._publish(message, envelope), taken)
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
            # A producer that has failed has lost count; a fresh one may send the message again.
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

    async def _take_place(self, consumer: AIOKafkaConsumer) -> None:
        """Before anything is sent that could be replied to."""
        partitions = await partitions_of(self._settings, [self._replies])
        consumer.assign(partitions)
        for partition, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, end)

    async def _listen(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=1000)
            except KafkaError as error:
                log.warning("replies can't be read", error=repr(error))
                await asyncio.sleep(PAUSE)
                continue
            for records in batches.values():
                for record in records:
                    self._hear(record.key or b"", record.value or b"")

    def _hear(self, key: bytes, value: bytes) -> None:
        waiting = self._waiting.get(key.decode(errors="replace"), ())
        if not waiting:
            return
        try:
            reply = Reply.model_validate_json(value)
        except ValueError:
            log.exception("a reply can't be read", command_id=key.decode(errors="replace"))
            return
        for future in waiting:
            if not future.done():
                future.set_result(reply)


def _id(actor: str, key: str | None) -> str:
    """A new id, or the one that this actor's key stands for: nobody meets another's message."""
    if key is None:
        return str(uuid4())
    return hashlib.sha256(f"{actor} {key}".encode()).hexdigest()[:40]
