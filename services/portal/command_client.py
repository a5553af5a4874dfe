"""Sends commands to their topics and waits for their replies.

Every portal process reads all replies and picks out its own by their ids. A command is stored until
its outcome is known, so that any portal can look it up later: it sends the same message again, and
by the contract a repeat receives the outcome of the first one and has no second effect.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog
from aiokafka.errors import KafkaError
from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import DuplicateKeyError

from services.portal.command_metrics import CommandMetrics
from shared.contracts import Message, model_for
from shared.contracts.replies import Reply
from shared.runtime.envelope import Envelope
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.request_reply import (
    ReplyReader,
    UnreadableReplyError,
    make_envelope,
    make_record,
)
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

SOURCE = "waybill-portal"
RETENTION = timedelta(days=1)
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

    def __init__(
        self, settings: Settings, database: AsyncIOMotorDatabase, metrics: CommandMetrics
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._publisher = KafkaPublisher(settings, "waybill-portal")
        self._commands = database["commands"]
        self._replies = ReplyReader(settings, _log_read_error)

    @property
    def ready(self) -> bool:
        """Whether commands can be sent and replies received."""
        return self._replies.ready

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._commands.create_index("expires", expireAfterSeconds=0)

    async def start(self) -> None:
        """Connects, and seeks to the end of the replies. Raises `KafkaError`, `Unavailable`."""
        await self._publisher.start()
        try:
            await self._replies.start()
        except BaseException:
            await self._publisher.stop()
            raise

    async def stop(self) -> None:
        """Disconnects; calls that still wait for a reply are canceled."""
        await self._replies.stop()
        await self._publisher.stop()

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

    async def try_out(
        self, command: Message, actor: str, wait: float, expected_version: int | None = None
    ) -> Reply | None:
        """Returns what `command` would do now (`Reply.dry_run`), without doing it.

        None if no reply arrives within `wait` seconds. Raises `Unavailable`.
        """
        envelope = self._envelope(command, actor, str(uuid4()), expected_version)
        envelope.dry_run = True
        return await self._request_reply(command, envelope, wait, wait)

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
        record = make_record(self._settings, message, envelope)
        with self._replies.expect(envelope.id) as reply:
            try:
                await asyncio.wait_for(self._publish(record), publish_timeout)
            except (TimeoutError, Unavailable) as error:
                self._metrics.count("unsent")
                if isinstance(error, Unavailable):
                    raise
                raise Unavailable("Kafka: no acknowledgement") from None
            try:
                found = await asyncio.wait_for(reply, wait)
            except TimeoutError:
                self._metrics.unanswered(wait)
                return None
            except UnreadableReplyError:
                log.exception("can't decode a reply", command_id=envelope.id)
                self._metrics.count("unreadable")
                return None
            self._metrics.count("answered")
            return found

    async def _publish(self, record: Publication) -> None:
        try:
            await self._publisher.publish([record])
        except Unavailable:
            # A failed producer can't resume its sequence numbers; a new one may send it again.
            await self._publisher.renew()
            await self._publisher.publish([record])

    def _envelope(
        self, message: Message, actor: str, message_id: str, expected_version: int | None
    ) -> Envelope:
        return make_envelope(
            message,
            SOURCE,
            message_id=message_id,
            actor=actor,
            reply_to=self._replies.topic,
            expected_version=expected_version,
        )


def _log_read_error(error: KafkaError) -> None:
    log.warning("can't read replies", error=repr(error))


def _id(actor: str, key: str | None) -> str:
    """A new id, or the one derived from the actor and their key: keys of two actors never clash."""
    if key is None:
        return str(uuid4())
    return hashlib.sha256(f"{actor} {key}".encode()).hexdigest()[:40]
