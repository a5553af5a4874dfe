"""Reads facts from Kafka and stores what has to be delivered, before it commits.

It reads only while there is a subscription: a site without webhooks doesn't pay for them. One that
is disabled counts, since what is stored for it has to be erased when its order is deleted.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from services.portal.webhooks.deliveries import Deliveries, Overtaken
from services.portal.webhooks.dispatcher import Dispatcher
from services.portal.webhooks.event import ERASING, TOPICS, Event, matches, read, type_of
from services.portal.webhooks.history import HistorySkippingConsumer, is_read
from services.portal.webhooks.subscriptions import Subscriptions
from shared.runtime.app import now
from shared.runtime.backoff import delays
from shared.runtime.kafka.group_options import group_options
from shared.runtime.kafka.header_names import be_lenient
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

GROUP = "waybill-portal-webhooks"
IDLE_SECONDS = 1.0

log = structlog.get_logger()


class WebhookReader:
    """Reads in a group of its own, so that a receiver that is down holds up nothing else."""

    def __init__(
        self,
        settings: Settings,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        dispatcher: Dispatcher,
    ) -> None:
        self._settings = settings
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._dispatcher = dispatcher
        self._known: Sequence[dict[str, Any]] = ()
        self._consumer: HistorySkippingConsumer | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts reading in the background; a Kafka that is down is waited for there."""
        self._reading = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stops; what isn't committed is read again."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def problems(self) -> list[str]:
        """Returns which partitions aren't read because records of them are lost."""
        return self._consumer.lost.problems("webhooks") if self._consumer else []

    async def _run(self) -> None:
        waits = delays()
        while True:
            try:
                self._known = await self._subscriptions.all()
                if self._known:
                    await self._read()
                waits = delays()
                await asyncio.sleep(IDLE_SECONDS)
            except Exception as error:
                if not isinstance(error, Unavailable | KafkaError | OSError):
                    log.exception("facts for webhooks can't be read")
                log.warning("waiting", waiting_for="facts for webhooks", error=repr(error))
                await asyncio.sleep(next(waits))

    async def _read(self) -> None:
        """Reads as long as there is a subscription."""
        settings = self._settings
        be_lenient()
        consumer = HistorySkippingConsumer(lambda: self._known, **group_options(settings, GROUP))
        consumer.subscribe([settings.topic(topic) for topic in TOPICS])
        self._consumer = consumer
        try:
            await consumer.start()
            while True:
                polled = await consumer.getmany(max_records=settings.batch)
                # Read after the poll, which waits: one that was created meanwhile gets the events.
                known = self._known = await self._subscriptions.all()
                if not known:
                    return
                new = [each["_id"] for each in known if not is_read(each)]
                if new and consumer.began:
                    await self._subscriptions.begin(new)
                targets = [each for each in known if _takes(each)]
                records = [record for part in polled.values() for record in part]
                try:
                    await self.take(records, targets)
                except Overtaken:
                    await consumer.go_back()
                    continue
                if polled:
                    await consumer.commit()
        finally:
            self._consumer = None
            await consumer.stop()

    async def take(
        self, records: Sequence[ConsumerRecord], targets: Collection[dict[str, Any]]
    ) -> None:
        """Stores the deliveries of these records. Raises `Overtaken` or `Unavailable`."""
        wanted: list[tuple[str, Event]] = []
        erasing: list[Event] = []
        for record in records:
            type_name = type_of(record)
            takers = [each for each in targets if matches(type_name, each["types"])]
            if not takers and type_name not in ERASING:
                continue
            event = read(record)
            if event is None:
                log.warning("no event for webhooks", topic=record.topic, offset=record.offset)
                continue
            wanted += [(each["_id"], event) for each in takers if event.at >= each["since"]]
            if type_name in ERASING:
                erasing.append(event)
        if wanted and await self._deliveries.enqueue(wanted, now()):
            self._dispatcher.wake()
            await self._check_space({sub for sub, _ in wanted})
        if erasing:
            known = [each["_id"] for each in await self._subscriptions.all()]
            await self._deliveries.erase(known, erasing, now())

    async def _check_space(self, subscriptions: Collection[str]) -> None:
        for each in subscriptions:
            if await self._deliveries.is_full(each):
                log.error("webhook overflowed", webhook=each)
                await self._subscriptions.overflow(each, now())


def _takes(subscription: dict[str, Any]) -> bool:
    return bool(subscription["enabled"]) and subscription["overflowed"] is None
