"""Whether a process is alive, and whether it is ready; with the reasons when it isn't."""

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
    """Answers for one process. Every question is bounded in time: a probe must never hang."""

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
        """`{"ready": bool, "because": [...], "lag": n, ...}`; `because` names all that is wrong."""
        wrong: list[str] = []
        lag: int | None = None
        if self.stopping:
            wrong.append("stopping")
        if self.waiting_for:
            wrong.append(f"waiting for {self.waiting_for}")
        else:
            lag = await self._lag(wrong)
        await self._ask_mongo(wrong)
        busy = self._processor.busy_seconds()
        if busy > STUCK_SECONDS:
            wrong.append(f"one batch has been in hand for {busy:.0f} s")
        polled = self._consumer.last_poll()
        if polled and time() - polled > SILENT_SECONDS and not busy:
            wrong.append(f"no broker has answered for {time() - polled:.0f} s")
        if self._worker is not None:
            wrong += self._worker.problems()
        return {
            "ready": not wrong,
            "because": wrong,
            "lag": lag,
            "last_poll": polled,
            "busy_seconds": round(busy, 3),
        }

    async def _lag(self, wrong: list[str]) -> int | None:
        if not self._consumer.assigned:
            wrong.append("the consumer group hasn't assigned its partitions")
            return None
        try:
            lag = await asyncio.wait_for(self._consumer.lag(), CHECK_SECONDS)
        except TimeoutError:
            wrong.append("Kafka doesn't say where the partitions stand")
            return None
        self._metrics.lag.set(lag)
        return lag

    async def _ask_mongo(self, wrong: list[str]) -> None:
        try:
            await asyncio.wait_for(self._mongo.admin.command("ping"), CHECK_SECONDS)
        except (TimeoutError, PyMongoError) as error:
            why = why_no_mongo(error) if isinstance(error, PyMongoError) else None
            wrong.append(f"MongoDB refuses us: {why}" if why else "MongoDB doesn't answer")
