"""A long load at three quarters of the capacity. Does memory or lag grow?

Measures the capacity with `lifecycle`, then places orders at a steady rate and takes each to
completed, while it samples the memory and lag of every process.
"""

import asyncio
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from bench import lifecycle
from bench.orders import SKUS, WAREHOUSE, carts
from bench.percentiles import percentiles
from bench.system import System
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts import Message
from shared.contracts.stock import Receive
from shared.contracts.topics import ORDER_EVENTS, SHIPMENT_EVENTS, STARTED, dead_letter_topic
from shared.runtime.envelope import Envelope
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.topic_reader import partitions_of, stop
from shared.runtime.settings import Settings
from waybill_client import Reader

SHARE = 0.75  # of the capacity
TICK = 0.2  # seconds between two batches of orders
SAMPLE_EVERY = 5.0  # seconds
# Share of the run in which caches fill and the JVM's heap grows; it doesn't count for the slope.
WARM_UP = 0.25
END_WITHIN = 120.0
SETTLED_WITHIN = 30.0


@dataclass
class Samples:
    """Samples of the processes by name: (seconds, megabytes) and (seconds, records)."""

    memory: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    lag: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))


class Soak:
    """One run of the load."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._settings = system.settings
        self._run = f"soak-{uuid4().hex[:6]}"
        self.samples = Samples()
        self.placed: dict[str, float] = {}
        self.completed: dict[str, float] = {}
        self._any_completed = asyncio.Event()
        self._started = perf_counter()

    async def run(self, rate: float, seconds: float) -> None:
        """Places `rate` orders per second for `seconds`; waits until all are completed or late."""
        topics = [ORDER_EVENTS.name, SHIPMENT_EVENTS.name]
        async with (
            CommandClient(self._settings) as client,
            reading(self._settings, topics) as reader,
        ):
            for sku in SKUS:
                wanted = int(rate * seconds * 3)
                await client.send(Receive(warehouse=WAREHOUSE, sku=sku, quantity=wanted))
            others = [
                asyncio.create_task(self._drive(client, reader)),
                asyncio.create_task(self._sample()),
            ]
            try:
                await self._place(client, rate, seconds)
                await self._until_done()
            finally:
                for task in others:
                    task.cancel()
                ends = await asyncio.gather(*others, return_exceptions=True)
            for end in ends:
                if isinstance(end, Exception):
                    raise end

    def _now(self) -> float:
        return perf_counter() - self._started

    async def _place(self, client: CommandClient, rate: float, seconds: float) -> None:
        orders = carts(self._run, int(rate * seconds), self._settings.site)
        begun = self._now()
        while len(self.placed) < int(rate * seconds):
            due = int((self._now() - begun) * rate) - len(self.placed)
            if batch := list(islice(orders, max(due, 0))):
                await client.publish(self._timed(batch))
            await asyncio.sleep(TICK)

    def _timed(self, orders: list[tuple[Message, Envelope]]) -> Iterator[tuple[Message, Envelope]]:
        for cart, envelope in orders:
            self.placed[cart.key] = self._now()
            yield cart, envelope

    async def _drive(self, client: CommandClient, reader: Reader) -> None:
        while True:
            ours = [s for s in await reader.batch() if s.subject.startswith(self._run)]
            for seen in ours:
                if seen.type == lifecycle.COMPLETED:
                    self.completed.setdefault(seen.subject, self._now())
                    self._any_completed.set()
            await lifecycle.carry_on(client, ours)

    async def _until_done(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(END_WITHIN):
                while len(self.completed) < len(self.placed):
                    self._any_completed.clear()
                    await self._any_completed.wait()

    async def _sample(self) -> None:
        while True:
            for name, megabytes in self._system.processes.megabytes().items():
                self.samples.memory[name].append((self._now(), megabytes))
            for name, lag in (await self._system.lag()).items():
                self.samples.lag[name].append((self._now(), lag))
            await asyncio.sleep(SAMPLE_EVERY)

    def took(self, first: float, last: float) -> list[float]:
        """Returns seconds from placed to completed, for the orders of one part (0 to 1)."""
        orders = list(self.placed)
        part = orders[int(first * len(orders)) : int(last * len(orders))]
        return [self.completed[o] - self.placed[o] for o in part if o in self.completed]


async def _behind(system: System) -> int:
    """Returns the lag that remains after `SETTLED_WITHIN` seconds, in records."""
    for _ in range(int(SETTLED_WITHIN)):
        lag = sum((await system.lag()).values())
        if not lag:
            return 0
        await asyncio.sleep(1)
    return lag


async def _dead(settings: Settings) -> int:
    """Returns the number of dead letters."""
    consumer = AIOKafkaConsumer(**connection(settings))
    await consumer.start()
    try:
        names = [settings.topic(dead_letter_topic(service)) for service in STARTED]
        ends = await consumer.end_offsets(await partitions_of(settings, names))
    finally:
        await stop(consumer)
    return sum(ends.values())


def _memory(samples: Samples) -> dict[str, dict[str, float]]:
    """Megabytes of each process once it is warm and at the end, with their slope; its worst lag."""
    found = {}
    for name, seen in samples.memory.items():
        warm = [point for point in seen if point[0] >= seen[-1][0] * WARM_UP]
        slope = statistics.linear_regression(*zip(*warm, strict=True)).slope * 60
        found[name] = {
            "warm_mb": round(warm[0][1]),
            "end_mb": round(warm[-1][1]),
            "mb_per_minute": round(slope, 2),
            "most_behind": max((lag for _, lag in samples.lag.get(name, [])), default=0),
        }
    return found


async def measure(system: System, minutes: float) -> dict[str, object]:
    """Memory by process, and seconds from placed to completed, early and late in the run.

    Raises `RuntimeError` if an order is lost, a record becomes a dead letter, or a process is
    behind at the end.
    """
    capacity = await lifecycle.measure(system)
    rate = float(str(capacity["per_second"])) * SHARE
    print(f"Capacity: {capacity['per_second']} orders per second; running at {SHARE:.0%}.")
    soak = Soak(system)
    await soak.run(rate, minutes * 60)
    behind, dead = await _behind(system), await _dead(system.settings)
    lost = len(soak.placed) - len(soak.completed)
    if lost or dead or behind:
        raise RuntimeError(f"{lost} not completed, {dead} dead letters, {behind} records behind")
    quarters = {"first_quarter": (0, 0.25), "last_quarter": (0.75, 1)}
    return {
        "minutes": minutes,
        "orders": len(soak.placed),
        "per_second": round(rate, 1),
        "processes": _memory(soak.samples),
    } | {
        name: percentiles([each * 1e3 for each in soak.took(*part)], 50, 99)
        for name, part in quarters.items()
    }
