"""Reads topics in a consumer group: each event is handled first, and committed afterwards."""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.contracts import Topic
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.refusals import DENIED
from shared.runtime.kafka.settings import KafkaSettings
from shared.runtime.kafka.topic_reader import NoTopicError, partitions_of, stop
from waybill_client.errors import MissingTopicError, UnreachableError, explained
from waybill_client.event import Event, event_of

# What a handler returns to end `consume` after its event.
STOP: Final = object()

Handler = Callable[[Event], object]

MAX_EVENTS = 100  # read at once
POLL_MS = 500
COMMIT_SECONDS = 1.0
JOIN_WITHIN = 60.0
REJOIN_SECONDS = 1.0  # between attempts
REJOIN_WITHIN = 300.0
# How long a partition that moves to another member waits for the event in the handler.
GIVE_UP_SECONDS = 20.0
CLOSE_WITHIN = 5.0

log = logging.getLogger("waybill_client")


class GroupReader:
    """One member of a consumer group, which resumes after the last event that was handled.

    Every event is handled at least once, and the events of a key in order. After a crash, or when a
    partition moves to another member, the last events before may be handled again.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topics: Collection[Topic | str],
        group: str,
        *,
        from_beginning: bool = True,
    ) -> None:
        self._settings = settings
        self._topics = [settings.topic(topic) for topic in topics]
        self._options = {
            **connection(settings),
            "group_id": settings.topic(group),
            "client_id": group,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest" if from_beginning else "latest",
            "isolation_level": "read_committed",
            # One member gets the same partitions of all topics, and so everything about an order.
            "partition_assignment_strategy": [RangePartitionAssignor],
        }
        self._consumer: AIOKafkaConsumer | None = None
        self._handled: dict[TopicPartition, int] = {}
        self._committed_at = 0.0
        self._assignment = 0  # counts the rebalances
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._pausing = False  # while partitions move
        self._stopping = False
        self._ended = asyncio.Event()

    async def run(self, handler: Handler, idle: float | None = None) -> int:
        """Calls `handler` with each event, and returns how many it has handled.

        Ends when the handler returns `STOP`, or after `idle` seconds without an event. While Kafka
        is down it waits. Raises what the handler raises; its event isn't committed, so
        the next run begins with it. Raises `MissingTopicError`, or `UnreachableError` if the group
        can't be joined or our user may not read.
        """
        handled, last = 0, time.monotonic()
        try:
            await self._join()
            while not self._stopping and (idle is None or time.monotonic() - last < idle):
                events = await self._poll()
                assignment = self._assignment
                for partition, record in events:
                    if self._stopping or self._pausing or assignment != self._assignment:
                        break  # after a rebalance other members may have these partitions
                    stop_now = await self._handle(handler, partition, record)
                    handled, last = handled + 1, time.monotonic()
                    if stop_now:
                        return handled
                await self._commit()
            return handled
        finally:
            await self._leave()
            self._ended.set()

    async def stop(self) -> None:
        """Ends `run` after the event in the handler; waits a few seconds for that."""
        self._stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), 2 * CLOSE_WITHIN)

    async def _join(self) -> None:
        try:
            async with asyncio.timeout(JOIN_WITHIN):
                # A consumer would wait for a topic that doesn't exist.
                await partitions_of(self._settings, self._topics)
                consumer = AIOKafkaConsumer(**self._options)
                consumer.subscribe(self._topics, listener=_Rebalances(self._give_up, self._resume))
                self._consumer = consumer
                await consumer.start()
        except NoTopicError as error:
            raise MissingTopicError(self._settings.kafka, error.topics) from None
        except (KafkaError, OSError, TimeoutError) as error:
            raise await explained(self._settings, error) from error

    async def _poll(self) -> list[tuple[TopicPartition, ConsumerRecord]]:
        """Returns new records; rejoins the group if that fails.

        After a failed poll aiokafka may have skipped records, so a new member has to start at the
        committed offsets.
        """
        assert self._consumer is not None  # noqa: S101 - `run` joins first
        try:
            polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_EVENTS)
        except DENIED as error:
            raise await explained(self._settings, error) from error
        except KafkaError as error:
            log.warning("a poll failed, the group is rejoined: %r", error)
            await self._rejoin()
            return []
        return [(partition, record) for partition, found in polled.items() for record in found]

    async def _rejoin(self) -> None:
        until = time.monotonic() + REJOIN_WITHIN
        while True:
            await self._leave()
            await asyncio.sleep(REJOIN_SECONDS)
            try:
                return await self._join()
            except UnreachableError as error:
                if time.monotonic() > until:
                    raise
                log.warning("the group can't be rejoined: %s", error)

    async def _handle(
        self, handler: Handler, partition: TopicPartition, record: ConsumerRecord
    ) -> bool:
        """Handles an event; returns whether the handler wants to stop."""
        assignment = self._assignment
        self._at_rest.clear()
        try:
            result: Any = handler(event_of(record, self._settings.topic_prefix))
            if inspect.isawaitable(result):
                result = await result
            if assignment == self._assignment:  # else another member may have the partition
                self._handled[partition] = record.offset + 1
        finally:
            self._at_rest.set()
        if time.monotonic() - self._committed_at > COMMIT_SECONDS:
            await self._commit()
        return result is STOP

    async def _commit(self) -> None:
        """Commits what is handled. If that fails, the next commit does it."""
        handled, self._committed_at = dict(self._handled), time.monotonic()
        if not handled or self._consumer is None:
            return
        try:
            await self._consumer.commit(handled)
        except (CommitFailedError, IllegalStateError):
            self._handled.clear()  # the partitions have moved; their events are handled again
            return
        except KafkaError as error:
            log.warning("offsets can't be committed: %r", error)
            return
        for partition, offset in handled.items():
            if self._handled.get(partition) == offset:
                del self._handled[partition]

    async def _give_up(self) -> None:
        """Lets the handler finish its event, and commits, before partitions move."""
        self._pausing = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), GIVE_UP_SECONDS)
        self._assignment += 1
        await self._commit()
        self._handled.clear()

    def _resume(self) -> None:
        self._pausing = False

    async def _leave(self) -> None:
        """Commits what is handled and leaves the group, even if Kafka is down."""
        if self._consumer is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._commit(), CLOSE_WITHIN)
        consumer, self._consumer = self._consumer, None
        with suppress(TimeoutError):
            await asyncio.wait_for(stop(consumer), CLOSE_WITHIN)
        self._handled.clear()


class _Rebalances(ConsumerRebalanceListener):
    def __init__(
        self, give_up: Callable[[], Coroutine[Any, Any, None]], resume: Callable[[], None]
    ) -> None:
        self._give_up = give_up
        self._resume = resume

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._give_up()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._resume()  # reading begins at the committed offsets
