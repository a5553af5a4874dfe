"""Passes a service's records to its processor through FastStream, and commits them afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, cast

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.contracts import Topic
from shared.runtime.kafka import polling_consumer
from shared.runtime.kafka.group_options import reading_options
from shared.runtime.kafka.header_names import be_lenient
from shared.runtime.kafka.security import security
from shared.runtime.ports import Record
from shared.runtime.processing.batch_runner import Abandoned
from shared.runtime.settings import Settings

# How long FastStream sleeps after an empty poll. `polling_consumer.py` says how long a poll waits.
POLL_MS = 1
# How long a revocation of partitions waits for the batch in flight. The group waits longer.
GIVE_UP_SECONDS = 20
ENDS_SECONDS = 0.5  # for the ends of partitions; health checks wait for them
REBALANCE_MS = 30_000

log = structlog.get_logger()


def group_of(name: str) -> str:
    """The name of a service's consumer group, without the prefix."""
    return f"waybill-{name}"


class Reader(Protocol):
    """What reads topics in a group of its own: a service, or the portal."""

    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> Sequence[Topic]: ...


class Handler(Protocol):
    """What handles the batches; `Processor` documents each method."""

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]]
    ) -> None: ...
    async def give_up(self, seconds: float) -> None: ...
    def resume(self) -> None: ...
    def busy_seconds(self) -> float: ...
    def oldest_record_seconds(self) -> float: ...
    def unpublished_seconds(self) -> float: ...


class _Rebalances(ConsumerRebalanceListener):
    """Stops the batch in flight when partitions go, and knows which are there."""

    def __init__(self, processor: Handler) -> None:
        self._processor = processor
        self.assigned: set[TopicPartition] | None = None

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.assigned = None
        await self._processor.give_up(GIVE_UP_SECONDS)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._processor.resume()
        self.assigned = assigned
        log.info("partitions assigned", partitions=len(assigned))


class Consumer:
    """One member of a service's consumer group: all of its topics, one batch at a time.

    most_records  in a batch; without it, as many as the settings say
    client        the class of the client that reads
    """

    def __init__(
        self,
        service: Reader,
        settings: Settings,
        processor: Handler,
        most_records: int | None = None,
        client: type[polling_consumer.Consumer] = polling_consumer.Consumer,
    ) -> None:
        self._processor = processor
        self._client = client
        self._accept_lost = settings.accept_lost_records
        self._rebalances = _Rebalances(processor)
        self.broker = KafkaBroker(
            settings.kafka.split(","),
            security=security(settings),
            client_id=group_of(service.name),
            consumer_only=True,
            allow_auto_create_topics=False,
            graceful_timeout=GIVE_UP_SECONDS,
            logger=None,
            apply_types=False,
        )
        be_lenient()
        self._subscriber = self.broker.subscriber(
            *(settings.topic(topic) for topic in service.topics),
            group_id=settings.topic(group_of(service.name)),
            batch=True,
            max_records=most_records or settings.batch,
            batch_timeout_ms=POLL_MS,
            **reading_options(settings),
            rebalance_timeout_ms=REBALANCE_MS,
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=_unchanged,
            listener=self._rebalances,
        )
        self._subscriber(self._handle)

    async def start(self) -> None:
        """Joins the group. Raises `KafkaError` or `OSError` if the cluster can't be reached."""
        # FastStream chooses its client's class when it connects; only then can ours replace it.
        await self.broker.connect()
        config = self.broker.config.broker_config
        options = cast("partial[Any]", config.builder).keywords
        config.builder = partial(self._client, accept_lost=self._accept_lost, **options)
        await self.broker.start()
        if not isinstance(self._kafka(), self._client):
            raise TypeError(
                "FastStream reads with its own client, which loses records when a poll fails"
            )

    async def stop(self) -> None:
        """Finishes the batch in flight, commits it, and leaves the group."""
        await self.broker.stop()

    @property
    def assigned(self) -> bool:
        """Whether the group has assigned partitions to this member, even if none."""
        return self._rebalances.assigned is not None

    def problems(self) -> list[str]:
        """See `LostRecords.problems`; none before the start."""
        consumer = self._kafka()
        found: list[str] = consumer.lost.problems() if consumer else []
        return found

    async def lag(self) -> int:
        """Counts the unread records of the assigned partitions."""
        consumer = self._kafka()
        assigned = list(consumer.assignment()) if consumer else []
        behind = 0
        for partition, end in (await self._ends(assigned)).items():
            if end is not None:
                behind += max(0, end - await self._position(partition, end))
        return behind

    async def _position(self, partition: TopicPartition, otherwise: int) -> int:
        """The next record to read; `otherwise` if a rebalance has just taken the partition away."""
        try:
            found: int = await asyncio.wait_for(self._kafka().position(partition), 1)
        except IllegalStateError:
            return otherwise
        return found

    async def _ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
        """The ends of partitions now, or as of the last fetch if no broker answers.

        A partition isn't fetched while records of it wait to be read, so a busy consumer would
        report the ends of some time ago.
        """
        if not partitions:
            return {}
        consumer = self._kafka()
        try:
            ends: dict[TopicPartition, int | None] = await asyncio.wait_for(
                consumer.end_offsets(partitions), ENDS_SECONDS
            )
        except (TimeoutError, KafkaError):
            still = consumer.assignment()
            return {one: consumer.highwater(one) for one in partitions if one in still}
        return ends

    def last_poll(self) -> float | None:
        """See `polling_consumer.Consumer.last_answer`; None before the start."""
        consumer = self._kafka()
        found: float | None = consumer.last_answer() if consumer else None
        return found

    def _kafka(self) -> Any:
        return self._subscriber.consumer

    async def _handle(self, records: Any) -> None:
        try:
            await self._processor.handle(records, self._commit)
        except Abandoned:
            log.warning("batch abandoned", records=len(records))
        except Exception:
            # FastStream would swallow the error, and the next commit would skip the batch.
            log.exception("a batch failed", records=len(records))
            await self._kafka().go_back()

    async def _commit(self) -> None:
        try:
            await self._kafka().commit()
        except KafkaError as error:
            # The records are delivered again, to the partition's owner; effects aren't repeated.
            log.warning("offsets not committed", error=repr(error))

    async def _parse(self, records: tuple[ConsumerRecord, ...]) -> KafkaAckableMessage:
        """Passes records unchanged. FastStream's own parser fails on headers that aren't text."""
        return KafkaAckableMessage(
            body=records, raw_message=records, headers={}, consumer=self._kafka()
        )


async def _unchanged(message: KafkaAckableMessage) -> Sequence[Record]:
    return cast("Sequence[Record]", message.raw_message)
