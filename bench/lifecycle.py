"""Whole lifecycles of orders, from the checkout to Completed, with everything on this machine.

The driver plays the checkout, customer service and the warehouse. It keeps `OPEN` orders under way,
so that the system always has work and never more than it can carry, and places none while the
portal is more than `IN_STEP` records behind: the rate found is the rate that all of it sustains.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice, pairwise
from time import perf_counter
from uuid import uuid4

from bench.orders import SKUS, WAREHOUSE, carts
from bench.progress import Progress
from bench.system import System
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts import Message, shipments
from shared.contracts.stock import Receive
from shared.contracts.topics import ORDER_EVENTS, PORTAL, SHIPMENT_EVENTS
from waybill_client import Event

ORDERS = 10_000
OPEN = 1500
IN_STEP = 20_000  # records, of which an order has 19: about four seconds
LOOK_SECONDS = 1.0
STALLED_SECONDS = 120.0
SETTLED_SECONDS = 300.0
COMPLETED = "waybill.order.completed.v1"

# What customer service and the warehouse send next.
NEXT: dict[str, type[Message]] = {
    "waybill.shipment.inventory-assigned.v1": shipments.Release,
    "waybill.shipment.released.v1": shipments.AddToPicklist,
    "waybill.shipment.packing.v1": shipments.Complete,
}


class Run:
    """One run of `count` orders."""

    def __init__(self, system: System, count: int) -> None:
        self._system = system
        self._count = count
        self._name = f"life-{uuid4().hex[:6]}"
        self._completed: dict[str, float] = {}
        self._placed = 0
        self._progress = Progress("orders completed", count)
        self._behind: dict[str, int] = {}
        self.most_behind: dict[str, int] = {}

    async def measure(self) -> dict[str, object]:
        """Runs it. Raises `TimeoutError` if nothing completes for `STALLED_SECONDS`."""
        settings = self._system.settings
        topics = [ORDER_EVENTS.name, SHIPMENT_EVENTS.name]
        async with CommandClient(settings) as client, reading(settings, topics) as reader:
            for sku in SKUS:
                wanted = self._count * 3
                await client.send(Receive(warehouse=WAREHOUSE, sku=sku, quantity=wanted))
            orders = carts(self._name, self._count, settings.site)
            looking = asyncio.create_task(self._look())
            cpu, started = self._system.processes.cpu_seconds(), perf_counter()
            last = started
            while len(self._completed) < self._count:
                free = OPEN - (self._placed - len(self._completed))
                if self._behind.get(PORTAL, 0) > IN_STEP:
                    free = 0
                if chunk := list(islice(orders, max(free, 0))):
                    self._placed += len(chunk)
                    await client.publish(chunk)
                ours = [s for s in await reader.batch() if s.subject.startswith(self._name)]
                if ours:
                    last = perf_counter()
                elif perf_counter() - last > STALLED_SECONDS:
                    raise TimeoutError(f"nothing happens; {len(self._completed)} completed")
                self._note(ours, perf_counter() - started)
                await carry_on(client, ours)
            seconds = perf_counter() - started
            settled = await self._settle(perf_counter())
            looking.cancel()
            used = self._system.processes.cpu_seconds()
        return {
            "orders": self._count,
            "per_second": round(self._count / seconds, 1),
            "by_tenth": self._by_tenth(),
            "cpu_ms_per_order": {n: round((used[n] - cpu[n]) / self._count * 1e3, 2) for n in used},
            "most_behind": self.most_behind,
            "settled_after_seconds": round(settled, 1),
            "megabytes": {n: round(mb) for n, mb in self._system.processes.megabytes().items()},
        }

    def _note(self, news: Iterable[Event], now: float) -> None:
        for seen in news:
            if seen.type == COMPLETED:
                self._completed.setdefault(seen.subject, now)
        self._progress.at(len(self._completed))

    def _by_tenth(self) -> list[float]:
        """Orders a second in each tenth of the run, by the number of orders completed."""
        moments = sorted(self._completed.values())
        size = max(1, len(moments) // 10)
        ends = [0.0, *(moments[min(n * size, len(moments)) - 1] for n in range(1, 11))]
        pairs = pairwise(ends)
        return [round(size / (end - begin), 1) for begin, end in pairs if end > begin]

    async def _look(self) -> None:
        while True:
            self._behind = await self._system.lag()
            for name, lag in self._behind.items():
                self.most_behind[name] = max(self.most_behind.get(name, 0), lag)
            await asyncio.sleep(LOOK_SECONDS)

    async def _settle(self, since: float) -> float:
        """Seconds until no instance has unread records. Raises `TimeoutError`."""
        while any((await self._system.lag()).values()):
            if perf_counter() - since > SETTLED_SECONDS:
                raise TimeoutError("some instance is still behind")
            await asyncio.sleep(0.2)
        return perf_counter() - since


async def measure(system: System, orders: int = ORDERS) -> dict[str, object]:
    """Orders completed a second, and what each process used for an order."""
    return await Run(system, orders).measure()


async def carry_on(client: CommandClient, news: Iterable[Event]) -> None:
    """Sends the next command of each order."""
    answers = [_next(seen) for seen in news if seen.type in NEXT]
    if answers:
        await client.publish((a, client.envelope(a, actor="bench")) for a in answers)


def _next(seen: Event) -> Message:
    return NEXT[seen.type](order_id=seen.subject, shipment_id=seen.data["shipment_id"])
