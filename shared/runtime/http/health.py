"""Readiness of a process, with the reasons if it isn't ready."""

import asyncio
from time import time
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import PyMongoError

from shared.runtime.connection_errors import why_no_mongo
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.consumer import Consumer, Handler
from shared.runtime.ports import Worker

CHECK_SECONDS = 2.0
SILENT_SECONDS = 30.0
STUCK_SECONDS = 60.0
DISK_SECONDS = 60.0


class Health:
    """The health of one process. Every check has a timeout: a probe must never hang.

    database     the process's own, which it asks how full MongoDB's disk is; empty: it doesn't ask
    waiting_for  what the start waits for; None once the process has started
    """

    def __init__(
        self,
        consumer: Consumer,
        processor: Handler,
        mongo: AsyncIOMotorClient,
        metrics: Metrics,
        worker: Worker | None = None,
        database: str = "",
    ) -> None:
        self._consumer = consumer
        self._processor = processor
        self._mongo = mongo
        self._metrics = metrics
        self._worker = worker
        self._database = database
        self._disk_known_until = 0.0
        self.waiting_for: str | None = "start"
        self.stopping = False

    async def ready(self) -> dict[str, Any]:
        """Returns `{"ready": bool, "because": [...], "lag": n, ...}`.

        `because` lists every problem; `lag` counts records, None if unknown.
        """
        problems: list[str] = []
        lag: int | None = None
        if self.stopping:
            problems.append("stopping")
        if self.waiting_for:
            problems.append(f"waiting for {self.waiting_for}")
        else:
            lag = await self._lag(problems)
        problems += self._consumer.problems()
        await self._check_mongo(problems)
        busy = self._processor.busy_seconds()
        if busy > STUCK_SECONDS:
            problems.append(f"one batch has been in progress for {busy:.0f} s")
        polled = self._consumer.last_poll()
        if polled and time() - polled > SILENT_SECONDS and not busy:
            problems.append(f"no broker has answered for {time() - polled:.0f} s")
        if self._worker is not None:
            problems += self._worker.problems()
        return {
            "ready": not problems,
            "because": problems,
            "lag": lag,
            "last_poll": polled,
            "busy_seconds": round(busy, 3),
        }

    async def measure(self) -> None:
        """Sets the gauges that depend on the moment; called before metrics are read."""
        answer = await self.ready()
        metrics = self._metrics
        metrics.ready.set(answer["ready"])
        metrics.batch_in_progress_seconds.set(answer["busy_seconds"])
        metrics.unpublished_seconds.set(self._processor.unpublished_seconds())
        behind = answer["busy_seconds"] or answer["lag"] != 0
        age = self._processor.oldest_record_seconds() if behind else 0.0
        metrics.oldest_record_seconds.set(age)
        mongo = not any(problem.startswith("MongoDB") for problem in answer["because"])
        metrics.engine_up.labels("mongodb").set(mongo)
        if (kafka := self._kafka_answers(answer["last_poll"])) is not None:
            metrics.engine_up.labels("kafka").set(kafka)
        if mongo and self._database:
            await self._measure_disk()

    def _kafka_answers(self, polled: float | None) -> bool | None:
        """Whether Kafka answers; None while the process hasn't got as far as to ask it."""
        if self.waiting_for and not self.waiting_for.startswith("Kafka"):
            return None
        return not self.waiting_for and (not polled or time() - polled <= SILENT_SECONDS)

    async def _measure_disk(self) -> None:
        """Asks for MongoDB's disk, once a minute: it fills slowly."""
        if time() < self._disk_known_until:
            return
        self._disk_known_until = time() + DISK_SECONDS
        try:
            ask = self._mongo[self._database].command("dbStats")
            stats = await asyncio.wait_for(ask, CHECK_SECONDS)
        except (TimeoutError, PyMongoError):
            return  # not permitted, perhaps; the alert on MongoDB says if it doesn't answer
        if "fsTotalSize" in stats:
            self._metrics.mongo_disk_used.set(stats["fsUsedSize"])
            self._metrics.mongo_disk_size.set(stats["fsTotalSize"])

    async def _lag(self, problems: list[str]) -> int | None:
        if not self._consumer.assigned:
            problems.append("the consumer group hasn't assigned any partitions yet")
            return None
        try:
            lag = await asyncio.wait_for(self._consumer.lag(), CHECK_SECONDS)
        except TimeoutError:
            problems.append("Kafka doesn't report the ends of the partitions")
            return None
        self._metrics.lag.set(lag)
        return lag

    async def _check_mongo(self, problems: list[str]) -> None:
        try:
            await asyncio.wait_for(self._mongo.admin.command("ping"), CHECK_SECONDS)
        except (TimeoutError, PyMongoError) as error:
            why = why_no_mongo(error) if isinstance(error, PyMongoError) else None
            problems.append(f"MongoDB refuses access: {why}" if why else "MongoDB doesn't answer")
