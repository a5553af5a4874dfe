"""`python -m bench.soak`: a long load at three quarters of the capacity. Does memory or lag grow?

Places orders at a steady rate and takes each to completed, while it samples the memory and lag of
every process. Prints the slopes. Exit code 1 if an order is lost, a record becomes a dead letter,
or a process lags behind at the end.
"""

import argparse
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
from rich.console import Console
from rich.table import Table

from bench import lifecycle
from bench.orders import SKUS, WAREHOUSE, carts
from bench.system import System, running
from ops.messaging.command_client import CommandClient
from ops.messaging.partitions import partitions_of, stop
from ops.messaging.reader import Reader, reading
from shared.contracts import Message
from shared.contracts.stock import Receive
from shared.contracts.topics import ORDER_EVENTS, PROCESSES, SHIPMENT_EVENTS, dead_letter_topic
from shared.runtime.envelope import Envelope
from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings

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
        names = [settings.topic(dead_letter_topic(service)) for service in PROCESSES]
        ends = await consumer.end_offsets(await partitions_of(settings, names))
    finally:
        await stop(consumer)
    return sum(ends.values())


def _memory(samples: Samples) -> Table:
    table = Table("process", "MB, warm", "MB, at the end", "MB per minute", "highest lag")
    for name, seen in samples.memory.items():
        warm = [point for point in seen if point[0] >= seen[-1][0] * WARM_UP]
        slope = statistics.linear_regression(*zip(*warm, strict=True)).slope * 60
        most = max((lag for _, lag in samples.lag.get(name, [])), default=None)
        table.add_row(
            name,
            f"{warm[0][1]:.0f}",
            f"{warm[-1][1]:.0f}",
            f"{slope:+.2f}",
            "" if most is None else f"{most:.0f}",
        )
    return table


def _times(soak: Soak) -> Table:
    table = Table("placed to completed", "orders", "p50 s", "p99 s")
    for words, first, last in (("first quarter", 0, 0.25), ("last quarter", 0.75, 1)):
        took = soak.took(first, last)
        hundredths = statistics.quantiles(took, n=100)
        table.add_row(words, str(len(took)), f"{hundredths[49]:.2f}", f"{hundredths[98]:.2f}")
    return table


async def _main(minutes: float, rate: float | None) -> int:
    async with running() as system:
        if rate is None:
            capacity = await lifecycle.measure(system)
            rate = float(str(capacity["per_second"])) * SHARE
            print(f"Capacity: {capacity['per_second']} orders per second; running at {SHARE:.0%}.")
        soak = Soak(system)
        await soak.run(rate, minutes * 60)
        behind, dead = await _behind(system), await _dead(system.settings)
    console = Console()
    console.print(_memory(soak.samples), _times(soak))
    lost = len(soak.placed) - len(soak.completed)
    print(
        f"{minutes:g} minutes at {rate:.0f} orders per second: {len(soak.placed)} placed, "
        f"{lost} not completed, {dead} dead letters, {behind} records not handled."
    )
    return 1 if lost or dead or behind else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument(
        "--rate", type=float, help="orders per second (default: half of the capacity)"
    )
    asked = parser.parse_args()
    raise SystemExit(asyncio.run(_main(asked.minutes, asked.rate)))
