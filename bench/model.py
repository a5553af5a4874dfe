"""`python -m bench model`: what 100 cores and 100 partitions would carry, computed from figures.

Nothing here is measured on such a machine. The inputs are the newest figures of `lifecycle` (what
an order costs each process) and of `service` (what one process handles). docs/performance.md
explains the formulae.
"""

import math
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.results import medians, newest

CORES, PARTITIONS = 100, 100
STOCK_MESSAGES = 2  # of an order for its warehouse: allocate and issue
MONGO_CORES = 16  # of one server; a primary has no second one
ENGINES = ("kafka", "mongod")
DRAWS = 200
SEED = 17
BUSY = 0.7


@dataclass(frozen=True)
class Limit:
    """The most orders a second that one resource carries, and what raises it."""

    resource: str
    formula: str
    per_second: float
    remedy: str


def limits(
    cpu_ms: dict[str, float], commands_per_second: float, cores: int, partitions: int
) -> list[Limit]:
    """The limit of each resource, the lowest first.

    cpu_ms               milliseconds of an order, by process
    commands_per_second  what one process of a service handles
    """
    return sorted(
        _limits(cpu_ms, commands_per_second, cores, partitions), key=lambda each: each.per_second
    )


def _limits(
    cpu_ms: dict[str, float], commands_per_second: float, cores: int, partitions: int
) -> Iterator[Limit]:
    whole = sum(cpu_ms.values())
    services = {name: ms for name, ms in cpu_ms.items() if name not in ENGINES}
    yield Limit("all cores", f"{cores} × 1000 / {whole:.2f} ms", cores * 1000 / whole, "more cores")
    slowest = max(services, key=lambda name: services[name])
    even = evenness(partitions, partitions)
    yield Limit(
        f"partitions ({slowest})",
        f"{partitions} × 1000 / {services[slowest]:.2f} ms × {even:.2f}",
        partitions * 1000 / services[slowest] * even,
        "more partitions, one process for each",
    )
    mongo = cpu_ms["mongod"]
    yield Limit(
        "MongoDB, one primary",
        f"{MONGO_CORES} × 1000 / {mongo:.2f} ms",
        MONGO_CORES * 1000 / mongo,
        "a replica set for each service's database",
    )
    yield Limit(
        "stock of one warehouse",
        f"{commands_per_second:.0f} commands / {STOCK_MESSAGES}",
        commands_per_second / STOCK_MESSAGES,
        "more warehouses: each has a stream, so a partition, of its own",
    )


def evenness(partitions: int, processes: int, orders: int = 2000) -> float:
    """The share of their capacity that processes use when the busiest one is busy all the time.

    Simulates `orders` under way with random ids: the average load of a process over the highest.
    """
    chance = random.Random(SEED)
    found = []
    for _ in range(DRAWS):
        load = [0] * processes
        for _ in range(orders):
            load[chance.randrange(partitions) % processes] += 1
        found.append(orders / processes / max(load))
    return statistics.mean(found)


def processes_for(rate: float, cpu_ms: dict[str, float]) -> dict[str, int]:
    """The processes of each service that carry `rate` orders a second at `BUSY` of their time."""
    return {
        name: math.ceil(rate * ms / 1000 / BUSY)
        for name, ms in cpu_ms.items()
        if name not in ENGINES
    }


def cpu_by_process() -> dict[str, float] | None:
    """Milliseconds of an order by process, without the driver; None if not measured."""
    runs = newest("lifecycle")
    cost = "cpu_ms_per_order "
    if runs is None:
        return None
    return {
        path.removeprefix(cost): value
        for path, value in medians(runs).items()
        if path.startswith(cost) and not path.endswith(" driver")
    }


def computed(cores: int = CORES, partitions: int = PARTITIONS) -> list[Limit]:
    """The limits by the newest figures, the lowest first; none if nothing was measured."""
    cpu_ms, service = cpu_by_process(), newest("service")
    if not cpu_ms or not service:
        return []
    rate = medians(service)["commands service_per_second"]
    return limits(cpu_ms, rate, cores, partitions)


def show() -> None:
    """Prints the limits, and the processes for the lowest. Raises `SystemExit` without figures."""
    found, cpu_ms = computed(), cpu_by_process()
    if not found or not cpu_ms:
        raise SystemExit("measure first: python -m bench lifecycle service")
    shown = Table("resource", "formula", "orders a second", "what raises it")
    for each in found:
        shown.add_row(each.resource, each.formula, f"{each.per_second:,.0f}", each.remedy)
    lowest = found[0]
    needed = processes_for(lowest.per_second, cpu_ms)
    Console().print(shown)
    print(
        f"For {lowest.per_second:,.0f} orders a second, at {BUSY:.0%} of their time: "
        + ", ".join(f"{count} of {name}" for name, count in needed.items())
    )
