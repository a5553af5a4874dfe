"""The client for asyncio: commands and their outcomes, carts, events."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, aclosing
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Self

from aiokafka.errors import KafkaError

from shared.contracts import Message, Topic
from shared.runtime.envelope import MAX_ATTRIBUTE, Envelope, is_attribute
from shared.runtime.kafka.record import Publication
from shared.runtime.kafka.request_reply import (
    ReplyReader,
    UnreadableReplyError,
    make_envelope,
    make_record,
)
from shared.runtime.kafka.topic_reader import NoTopicError
from waybill_client.errors import (
    InvalidMessageError,
    MissingTopicError,
    UnreachableError,
    UnreadableOutcomeError,
    explained,
)
from waybill_client.event import Event
from waybill_client.group_reader import GroupReader, Handler
from waybill_client.messages import checked
from waybill_client.outbox import Outbox
from waybill_client.outcomes import Outcome, TimedOut, outcome_of
from waybill_client.reader import Reader, reading
from waybill_client.settings import Settings, read_settings

CONNECT_WITHIN = 30.0
WINDOW = 1000


class AsyncClient:
    """Sends commands, publishes carts, consumes events: `async with AsyncClient("my-shop") as c:`.

    Connections are made when they are first needed, and closed at the end of the block. Any number
    of commands can be in flight.

    source    names the sender, for example the program. `source` and the message's id together
              identify a message, so a program that restarts has to keep its source
    settings  the connection to Kafka; default: the environment, see `read_settings`
    """

    def __init__(self, source: str, settings: Settings | None = None) -> None:
        _check_attribute("source", source)
        self._settings = settings or read_settings()
        self._source = source
        self._outbox = Outbox(self._settings, source)
        self._replies: ReplyReader | None = None
        self._connecting = asyncio.Lock()
        self._connected = False
        self._readers: set[GroupReader] = set()
        self.envelope = partial(make_envelope, source=source)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnects, ends `consume`, and cancels the callers that still wait for an outcome."""
        await asyncio.gather(*(reader.stop() for reader in self._readers))
        replies, self._replies = self._replies, None
        if replies:
            await replies.stop()
        self._connected = False
        await self._outbox.close()

    async def connect(self, *, outcomes: bool = True) -> None:
        """Connects now, to find out early whether that works; otherwise the first use does it.

        Without `outcomes` only what publishes is connected. Raises `UnreachableError` or
        `MissingTopicError`.
        """
        try:
            async with asyncio.timeout(CONNECT_WITHIN), self._connecting:
                if not self._connected:
                    await self._outbox.open()
                    self._connected = True
                if outcomes and self._replies is None:
                    replies = ReplyReader(self._settings)
                    await replies.start()
                    self._replies = replies
        except NoTopicError as error:
            raise MissingTopicError(self._settings.kafka, error.topics) from None
        except UnreachableError as error:
            raise await explained(self._settings, error.__cause__ or error) from error.__cause__
        except (KafkaError, OSError, TimeoutError) as error:
            raise await explained(self._settings, error) from error

    async def send(
        self,
        command: Message,
        *,
        command_id: str | None = None,
        actor: str | None = None,
        expected_version: int | None = None,
        dry_run: bool = False,
        timeout: float = 30,  # noqa: ASYNC109 - a timeout is an outcome
    ) -> Outcome:
        """Sends a command, or a converted cart, and waits up to `timeout` seconds for its outcome.

        command_id        default: a new one. A repeated id gets the first outcome again, so a
                          program that may crash stores the id before it sends the command
        actor             who asked, such as `csr:17`
        expected_version  reject the command if the order (cart, customer) has changed since
        dry_run           do nothing; `Accepted.dry_run` says what the command would do

        Returns `Accepted`, `Rejected` or `TimedOut`; the first call also connects, for up to 30
        seconds. Raises `InvalidMessageError` before anything is sent, `UnreachableError`,
        `MissingTopicError`, `UnreadableOutcomeError`.
        """
        if not command.topic.from_outside:
            raise InvalidMessageError("type", f"{command.type} has no outcome: use `publish`")
        command = checked(command)
        for name, value in (("command_id", command_id), ("actor", actor)):
            if value is not None:
                _check_attribute(name, value)
        await self.connect()
        assert self._replies is not None  # noqa: S101 - `connect` has set it
        envelope = self.envelope(
            command,
            message_id=command_id,
            actor=actor,
            reply_to=self._replies.topic,
            expected_version=expected_version,
            dry_run=dry_run,
        )
        published = False
        try:
            with self._replies.expect(envelope.id) as reply:
                async with asyncio.timeout(timeout):
                    await self._write([make_record(self._settings, command, envelope)], timeout)
                    published = True
                    return outcome_of(await reply)
        except TimeoutError:
            return TimedOut(
                command, envelope.id, published, timeout, actor, expected_version, dry_run
            )
        except UnreadableReplyError as error:
            raise UnreadableOutcomeError(f"the outcome of {envelope.id}: {error}") from error

    async def retry(
        self,
        timed_out: TimedOut,
        *,
        timeout: float = 30,  # noqa: ASYNC109 - a timeout is an outcome
    ) -> Outcome:
        """Sends the same command with the same id again, and waits for its first outcome."""
        return await self.send(
            timed_out.command,
            command_id=timed_out.command_id,
            actor=timed_out.actor,
            expected_version=timed_out.expected_version,
            dry_run=timed_out.dry_run,
            timeout=timeout,
        )

    async def publish(
        self,
        message: Message,
        *,
        message_id: str | None = None,
        actor: str | None = None,
        patience: float = 60,
    ) -> str:
        """Publishes a message without waiting for an outcome; returns its id.

        Returns once Kafka has acknowledged it. Waits for a broker that is down for a while; after
        `patience` seconds raises `UnreachableError`, and the message may or may not be published:
        publish it again with the same `message_id`, which has no second effect.
        """
        for name, value in (("message_id", message_id), ("actor", actor)):
            if value is not None:
                _check_attribute(name, value)
        message = checked(message)
        envelope = self.envelope(message, message_id=message_id, actor=actor)
        await self.connect(outcomes=False)
        await self._write([make_record(self._settings, message, envelope)], patience)
        return envelope.id

    async def publish_all(
        self,
        messages: Iterable[Message | tuple[Message, Envelope]],
        published: Callable[[int], None] = lambda _: None,
        patience: float = 60,
    ) -> int:
        """Publishes messages, pipelined; returns how many once Kafka has acknowledged all.

        An envelope from `envelope` sets a message's id and time. Reports progress to `published`.
        After an error, messages sent before stay sent; see `publish`.
        """
        await self.connect(outcomes=False)
        total, records = 0, map(self._record, messages)
        while window := list(islice(records, WINDOW)):
            await self._write(window, patience)
            published(len(window))
            total += len(window)
        return total

    async def consume(
        self,
        topics: Collection[Topic | str],
        handler: Handler,
        *,
        group: str,
        idle: float | None = None,
        from_beginning: bool = True,
    ) -> int:
        """Calls `handler` with each event of the topics, a function or coroutine function.

        group           names the consumer group. It resumes after the last event that was handled;
                        several processes in one group share the work
        idle            end after so many seconds without an event; default: never
        from_beginning  where a new group begins: at the oldest event, or with the next one

        An event is committed after its handler. It is handled at least once: after a crash the last
        ones may come again, with the same `Event.id`. Ends when the handler returns `STOP`; an
        error of the handler ends it too. Returns how many events were handled. A handler that takes
        more than five minutes for 100 events loses its place in the group.

        Raises `MissingTopicError`, or `UnreachableError` if the group can't be joined.
        """
        reader = GroupReader(self._settings, topics, group, from_beginning=from_beginning)
        self._readers.add(reader)
        try:
            return await reader.run(handler, idle)
        finally:
            self._readers.discard(reader)

    async def find(
        self,
        topics: Collection[Topic | str],
        condition: Callable[[Event], object],
        *,
        timeout: float = 30,  # noqa: ASYNC109 - no event in time is a result
        from_beginning: bool = True,
    ) -> Event | None:
        """Returns the first event for which `condition` is true; None after `timeout` seconds.

        Reads without a group, everything that the topics keep, so it is for scripts and tests; a
        program that runs for long uses `consume`. Raises `UnreachableError`, `MissingTopicError`.
        """
        try:
            async with (
                asyncio.timeout(timeout),
                self.reading(topics, from_beginning=from_beginning) as reader,
                aclosing(reader.follow()) as events,
            ):
                async for event in events:
                    if condition(event):
                        return event
        except TimeoutError:
            pass
        return None

    def reading(
        self, topics: Collection[Topic | str], *, from_beginning: bool = False
    ) -> AbstractAsyncContextManager[Reader]:
        """Reads topics without a group: `async with client.reading(topics) as reader:`."""
        return reading(self._settings, topics, from_beginning=from_beginning)

    def _record(self, message: Message | tuple[Message, Envelope]) -> Publication:
        given, envelope = message if isinstance(message, tuple) else (message, None)
        given = checked(given)
        return make_record(self._settings, given, envelope or self.envelope(given))

    async def _write(self, records: list[Publication], patience: float) -> None:
        try:
            await self._outbox.write(records, patience)
        except UnreachableError as error:
            raise await explained(self._settings, error.__cause__ or error) from error.__cause__


def _check_attribute(name: str, value: str) -> None:
    """An id that is too long, for example, would be refused by every service."""
    if not is_attribute(value):
        raise InvalidMessageError(name, f"must have 1 to {MAX_ATTRIBUTE} printable characters")
