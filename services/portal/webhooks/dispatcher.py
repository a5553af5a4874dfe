"""Delivers what is due: several lanes at once, one delivery after another in each."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any

import structlog

from services.portal.poll_loop import PollLoop
from services.portal.webhooks import retry
from services.portal.webhooks.deliveries import Deliveries, Document, Lane
from services.portal.webhooks.event import CONTENT_TYPE
from services.portal.webhooks.metrics import WebhookMetrics
from services.portal.webhooks.sender import Sender
from services.portal.webhooks.signature import HEADER, signature
from services.portal.webhooks.subscriptions import Subscriptions, Target
from shared.runtime.app import now
from shared.runtime.ports import Unavailable

MOST_AT_ONCE = 64  # lanes per process
MOST_OF_ONE = 8  # lanes of a subscription per process, so that a slow receiver delays no other
IN_A_ROW = 20  # deliveries of a lane before others get their turn
POLL_SECONDS = 0.5
MEASURED_EVERY = 10.0

log = structlog.get_logger()


class Dispatcher:
    """Works on due lanes for as long as the process lives.

    park_hours  after how many hours of failures an order's deliveries are parked
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        sender: Sender,
        metrics: WebhookMetrics,
        park_hours: float,
    ) -> None:
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._sender = sender
        self._metrics = metrics
        self._park_hours = park_hours
        self._loop = PollLoop("webhooks", self._look, POLL_SECONDS)
        self._working: dict[asyncio.Task[None], str] = {}
        self._measured = 0.0

    async def start(self) -> None:
        """Starts delivering."""
        await self._loop.start()

    async def stop(self) -> None:
        """Stops; what was in flight is delivered again, by this process or another."""
        await self._loop.stop()
        tasks = list(self._working)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Says that something is due, so that it doesn't wait for the next poll."""
        self._loop.wake()

    async def _look(self) -> None:
        await self._fill()
        await self._measure()

    async def _fill(self) -> None:
        """Claims lanes until all hands are busy, or nothing is due."""
        while len(self._working) < MOST_AT_ONCE:
            lane = await self._deliveries.claim(now(), await self._ready())
            if lane is None:
                return
            task = asyncio.create_task(self._work(lane))
            self._working[task] = lane.subscription_id
            task.add_done_callback(self._ended)

    async def _ready(self) -> list[str]:
        """The subscriptions to work on: not disabled, nor resting, nor with enough at work already.

        After a rest one request at a time finds out whether the receiver is back.
        """
        moment, at_work = now(), Counter(self._working.values())
        ready = []
        for each in await self._subscriptions.all():
            tired = each["resting"] is not None
            most = 1 if tired else MOST_OF_ONE
            resting = tired and each["resting"] > moment
            if each["enabled"] and not resting and at_work[each["_id"]] < most:
                ready.append(each["_id"])
        return ready

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._working.pop(task, None)
        self._loop.wake()
        if not task.cancelled() and (error := task.exception()):
            log.error("a delivery failed; it is tried again", exc_info=error)

    async def _work(self, lane: Lane) -> None:
        """Delivers what waits in a lane, until something fails."""
        try:
            for _ in range(IN_A_ROW):
                target = await self._subscriptions.target(lane.subscription_id)
                if target is None:
                    await self._deliveries.give_back(lane)
                    return
                delivery = await self._deliveries.next_of(lane, now())
                if delivery is None or not await self._deliver(lane, target, delivery):
                    return
                lane = replace(lane, attempts=0, failing_since=None)
            await self._deliveries.give_back(lane)
        except Unavailable as error:  # its lease ends, and another process goes on
            log.warning("waiting", waiting_for="webhooks", error=str(error))

    async def _deliver(self, lane: Lane, target: Target, delivery: Document) -> bool:
        """Sends one delivery and records the result; whether the lane may go on."""
        began = now()
        body = delivery["body"].encode()
        answer = await self._sender.send(target.url, headers(target, delivery, body, began), body)
        ended = now()
        attempt = {
            "at": ended,
            "status": answer.status,
            "text": answer.text,
            "seconds": round(answer.seconds, 3),
        }
        self._metrics.attempts.labels("accepted" if answer.accepted else "failed").inc()
        if answer.accepted:
            going_on = await self._deliveries.delivered(lane, delivery, attempt)
            await self._subscriptions.succeeded(lane.subscription_id, ended)
            return going_on
        await self._fail(lane, delivery, attempt)
        return False

    async def _fail(self, lane: Lane, delivery: Document, attempt: Document) -> None:
        log.warning(
            "webhook failed",
            webhook=lane.subscription_id,
            delivery=delivery["_id"],
            attempts=lane.attempts + 1,
            status=attempt["status"],
        )
        due = attempt["at"] + retry.pause(lane.attempts + 1)
        parks = lane.failing_since is not None and retry.is_parked(
            lane.failing_since, attempt["at"], self._park_hours
        )
        await self._subscriptions.failed(lane.subscription_id, attempt)
        await self._deliveries.failed(lane, delivery, attempt, due, parks=parks)

    async def _measure(self) -> None:
        if monotonic() - self._measured < MEASURED_EVERY:
            return
        self._measured = monotonic()
        await self._forget_deleted()
        counts = (await self._deliveries.counts()).values()
        for state in ("waiting", "parked"):
            self._metrics.open.labels(state).set(sum(each.get(state, 0) for each in counts))

    async def _forget_deleted(self) -> None:
        """Deletes what was stored for subscriptions while they were deleted."""
        stored = await self._deliveries.subscriptions()
        there = {each["_id"] for each in await self._subscriptions.all()}
        for each in stored:
            if each not in there:
                await self._deliveries.forget(each)


def headers(target: Target, delivery: Document, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a request: its signature, and which delivery it is."""
    values: dict[str, Any] = {
        "content-type": CONTENT_TYPE,
        HEADER: signature(target.keys, int(at.timestamp()), body),
        "Waybill-Delivery": delivery["_id"],
        "Waybill-Webhook": target.subscription_id,
        "Waybill-Sequence": delivery["sequence"],
        "Waybill-Attempt": delivery["attempts"] + 1,
    }
    return {name: str(value) for name, value in values.items()}
