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


class Health:
    """The health of one process. Every check has a timeout: a probe must never hang.

    waiting_for  what the start waits for; None once the process has started
    """

    def __init__(
        self,
        consumer: Consumer,
        processor: Handler,
        mongo: AsyncIOMotorClient,
        metrics: Metrics,
        worker: Worker | None = None,
    ) -> None:
        self._consumer = consumer
        self._processor = processor
        self._mongo = mongo
        self._metrics = metrics
        self._worker = worker
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
