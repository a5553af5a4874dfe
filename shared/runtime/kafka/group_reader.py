"""Reads topics in a consumer group of its own, beside a service's consumer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import time

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from shared.contracts import Topic
from shared.runtime.backoff import delays
from shared.runtime.kafka.group_options import group_options
from shared.runtime.kafka.header_names import be_lenient
from shared.runtime.kafka.polling_consumer import Consumer
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

SILENT_SECONDS = 30.0

log = structlog.get_logger()

Take = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]


class GroupReader:
    """Passes records to `take`, and commits them once it returns.

    What `take` raises is logged, and the same records are read again after a pause.

    group   the consumer group, without the prefix
    reader  who reads, for the reasons why a process isn't ready: "the mailer"
    doing   what `take` does, for the same reasons and the log: "take notifications"
    """

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: Sequence[Topic],
        take: Take,
        *,
        reader: str,
        doing: str,
    ) -> None:
        self._settings = settings
        self._group = group
        self._topics = topics
        self._take = take
        self._reader = reader
        self._doing = doing
        self._failing = False
        self._consumer: Consumer | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Joins the group. Raises `KafkaError` or `OSError`; may be repeated then."""
        be_lenient()
        settings = self._settings
        consumer = Consumer(
            *(settings.topic(topic) for topic in self._topics),
            **group_options(settings, self._group),
        )
        try:
            await consumer.start()
        except BaseException:
            await consumer.stop()
            raise
        self._consumer = consumer
        self._reading = asyncio.create_task(self._read(consumer))

    async def stop(self) -> None:
        """Stops reading and leaves the group; what isn't committed is read again."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._consumer is not None:
            await self._consumer.stop()

    def problems(self) -> list[str]:
        """Returns what keeps it from reading, a sentence each."""
        if self._consumer is None:
            return []
        found = self._consumer.lost.problems(self._reader)
        if self._failing:
            found.append(f"{self._reader} can't {self._doing}")
        polled = self._consumer.last_answer()
        if polled and time() - polled > SILENT_SECONDS:
            found.append(f"no broker has answered {self._reader} for {time() - polled:.0f} s")
        if self._reading is not None and self._reading.done():
            found.append(f"{self._reader} has stopped reading")
        return found

    async def _read(self, consumer: Consumer) -> None:
        """Reads for ever; what can't be taken now is read again, so nothing is skipped."""
        waits = delays()
        while True:
            try:
                polled = await consumer.getmany(max_records=self._settings.batch)
                await self._take([record for part in polled.values() for record in part])
                if polled:
                    await consumer.commit()
                self._failing = False
                waits = delays()
            except Exception as error:
                self._failing = True
                if not isinstance(error, Unavailable | KafkaError):
                    log.exception("records can't be taken", reader=self._reader)
                log.warning("waiting", waiting_for=self._doing, error=repr(error))
                await asyncio.sleep(next(waits))
                await consumer.go_back()
