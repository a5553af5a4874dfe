"""A consumer that skips no records silently, and waits for records without spinning."""

import asyncio
from collections.abc import Collection, Sequence
from inspect import isawaitable
from typing import Any

import structlog
from aiokafka import (
    AIOKafkaConsumer,
    ConsumerRebalanceListener,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError

from shared.runtime.kafka.lost_records import LostRecords

PAUSE_SECONDS = 1.0
# FastStream polls briefly, then sleeps. A poll that waits for the next record saves latency and
# CPU; this is the longest wait.
POLL_WAIT_MS = 1000

Polled = dict[TopicPartition, list[ConsumerRecord]]

log = structlog.get_logger()


class Consumer(AIOKafkaConsumer):
    """aiokafka's consumer, with safe handling of a failed poll and of records that are lost.

    A poll reads one partition after the other and advances their positions. If one can't be read,
    aiokafka drops the records of the others, and the next commit would skip them. So after a
    failure every partition goes back to its committed offset; no batch is in flight then.

    It doesn't read a partition of which Kafka deleted records before its group had read them, nor
    before Kafka has said that it didn't: it asks again with each poll. If records are deleted while
    it reads, aiokafka goes on at the first one that is left: so it looks at polls with a gap.

    accept_lost  whether it reads such partitions on
    lost         the records that are lost, of the partitions that it has now
    """

    def __init__(self, *topics: str, accept_lost: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.lost = LostRecords(accept_lost)
        self._next: dict[TopicPartition, int | None] = {}
        if topics:
            self.subscribe(topics)

    def subscribe(
        self,
        topics: Collection[str] = (),
        pattern: str | None = None,
        listener: ConsumerRebalanceListener | None = None,
    ) -> None:
        """See `AIOKafkaConsumer`; the listener is called after the search for lost records."""
        super().subscribe(topics, pattern, _Assignments(self, listener))

    async def before_reading(self, assigned: Collection[TopicPartition]) -> None:
        """Does nothing; a subclass may seek and commit before new partitions are read.

        Raises `KafkaError`.
        """

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Polled:
        """See `AIOKafkaConsumer`; waits longer. Every failure is raised as `KafkaError`."""
        try:
            return await self._poll(partitions, max(timeout_ms, POLL_WAIT_MS), max_records)
        except ConsumerStoppedError:
            raise
        except Exception as error:
            log.exception("a poll failed")
            await self.go_back()
            raise KafkaError(f"a poll failed: {error!r}") from error

    async def _poll(
        self, partitions: Sequence[TopicPartition], timeout_ms: int, max_records: int | None
    ) -> Polled:
        if self.lost.unsure:
            await self.read_what_is_whole(self.lost.unsure)
        polled: Polled = await super().getmany(
            *partitions, timeout_ms=timeout_ms, max_records=max_records
        )
        if not self.lost.accept and await self._leaves_out(polled):
            assigned = self.assignment()
            self.pause(*assigned)
            self.lost.doubt(assigned)
            raise KafkaError("records were deleted before they were read")
        return polled

    async def _leaves_out(self, polled: Polled) -> bool:
        """Whether records between the polls before and these ones were deleted."""
        gaps = {}
        for partition, records in polled.items():
            if not records:
                continue
            if partition not in self._next:
                self._next[partition] = await self.committed(partition)
            expected = self._next[partition]
            if expected is not None and records[0].offset > expected:
                gaps[partition] = expected
            self._next[partition] = records[-1].offset + 1
        # Compaction and other systems' transactions leave gaps, too.
        firsts = await self.beginning_offsets(list(gaps)) if gaps else {}
        return any(firsts[partition] > expected for partition, expected in gaps.items())

    async def take_on(self, assigned: Collection[TopicPartition]) -> None:
        """Prepares new partitions, and has those read that are whole."""
        # A fetch from an offset that is gone moves the position on, and a commit would keep that.
        self.pause(*assigned)
        self._next.clear()
        try:
            await self.before_reading(assigned)
        except Exception:
            # aiokafka would swallow it, and leave the partitions paused.
            log.exception("reads without preparation")
        await self.read_what_is_whole(assigned)

    async def read_what_is_whole(self, assigned: Collection[TopicPartition]) -> None:
        """Has those of the paused partitions read of which no unread record was deleted."""
        whole = await self.lost.look(self, assigned)
        self.resume(*(whole & self.assignment()))

    def last_answer(self) -> float | None:
        """Unix time of a broker's last answer, for the partition where that is oldest."""
        answers = [self.last_poll_timestamp(partition) for partition in self.assignment()]
        known = [at for at in answers if at]
        return min(known) / 1000 if known else None

    async def go_back(self) -> None:
        """Seeks to the committed offset of every assigned partition."""
        self._next.clear()
        while True:
            try:
                for partition in self.assignment():
                    await self._go_back_to(partition, await self.committed(partition))
            except IllegalStateError:
                return  # a rebalance came first, and starts at the committed offsets
            except KafkaError as error:
                log.warning("waiting", waiting_for="the committed offsets", error=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def _go_back_to(self, partition: TopicPartition, committed: Any) -> None:
        if committed is None:
            await self.seek_to_beginning(partition)
        else:
            self.seek(partition, committed)


class _Assignments(ConsumerRebalanceListener):
    """Looks for lost records in new partitions, then calls another listener, if there is one."""

    def __init__(self, consumer: Consumer, listener: ConsumerRebalanceListener | None) -> None:
        self._consumer = consumer
        self._listener = listener

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if self._listener is not None:
            called = self._listener.on_partitions_revoked(revoked)
            if isawaitable(called):
                await called

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._consumer.take_on(assigned)
        if self._listener is not None:
            called = self._listener.on_partitions_assigned(assigned)
            if isawaitable(called):
                await called
