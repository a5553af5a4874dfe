"""`python -m bench sizes`: what a number of orders a day needs, computed from what was measured.

Inputs are the newest medians of `instances` (what an order costs each process with four instances,
the dearest case), of `starts` (memory) and of `disk`. docs/deployment.md shows the formulae.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.results import medians, newest
from shared.contracts import TOPICS
from shared.contracts.topics import PROCESSES, STARTED

ORDERS_A_DAY = (1_000, 10_000, 100_000, 1_000_000, 5_000_000)
PEAK = 10  # the busiest second of a day has this many times the orders of an average one
BUSY = 0.5  # the share of a core that a process may use in that second
FEWEST = 2  # instances, so that one may fail
PARTITIONS = (6, 12, 24, 48, 96)
SPARE = 2  # partitions for each instance, since their number can't be changed later
DAYS, REPLICAS = 30, 3  # Kafka's retention, and the replicas of each partition
DAY_SECONDS = 24 * 60 * 60
KB_IN_GB = 1e6
HEAD = (
    "orders a day",
    "a second at the peak",
    "instances of each service",
    "of the portal",
    "partitions",
    "replicas of partitions",
    "memory of all, GB",
    "cores for Kafka",
    "cores for MongoDB",
    "Kafka's disks, GB",
    "MongoDB's disk after a year, GB",
)


@dataclass(frozen=True)
class Costs:
    """What an order costs.

    cpu_ms     milliseconds of processor time, by process and engine
    megabytes  memory of one process, by process
    kafka_kb   kilobytes in Kafka, for one replica
    mongo_kb   kilobytes in MongoDB, of all databases, for one member
    """

    cpu_ms: Mapping[str, float]
    megabytes: Mapping[str, float]
    kafka_kb: float
    mongo_kb: float


@dataclass(frozen=True)
class Size:
    """What a number of orders a day needs. `instances` are by process."""

    orders_a_day: int
    peak: float
    instances: Mapping[str, int]
    partitions: int
    megabytes: float
    kafka_cores: float
    mongo_cores: float
    kafka_gb: float
    mongo_gb: float


def size(orders_a_day: int, costs: Costs) -> Size:
    """What a number of orders a day needs. Raises `ValueError` if no count of partitions is enough.

    The formulae stand in docs/deployment.md.
    """
    peak = orders_a_day / DAY_SECONDS * PEAK

    def cores(name: str) -> float:
        return peak * costs.cpu_ms[name] / 1000 / BUSY

    instances = {name: max(FEWEST, math.ceil(cores(name))) for name in STARTED}
    enough = [each for each in PARTITIONS if each >= SPARE * max(instances.values())]
    if not enough:
        raise ValueError(f"{orders_a_day} orders a day need more than {PARTITIONS[-1]} partitions")
    return Size(
        orders_a_day=orders_a_day,
        peak=peak,
        instances=instances,
        partitions=enough[0],
        megabytes=sum(count * costs.megabytes[name] for name, count in instances.items()),
        kafka_cores=cores("kafka"),
        mongo_cores=cores("mongod"),
        kafka_gb=orders_a_day * DAYS * REPLICAS * costs.kafka_kb / KB_IN_GB,
        mongo_gb=orders_a_day * 365 * costs.mongo_kb / KB_IN_GB,
    )


def measured() -> Costs | None:
    """The costs by the newest figures; None if a part of them wasn't measured."""
    found = [newest(part) for part in ("instances", "starts", "disk")]
    if not all(found):
        return None
    instances, starts, disk = (medians(runs or []) for runs in found)
    cpu = {name: instances[f"4 cpu_ms_per_order {name}"] for name in (*STARTED, "kafka", "mongod")}
    megabytes = {
        name: max(instances[f"1 megabytes {name}"], starts[f"megabytes {name} after_commands"])
        for name in STARTED
    }
    mongo = sum(disk[f"mongo_kb_per_order {name}"] for name in STARTED)
    return Costs(cpu, megabytes, disk["kafka_kb_per_order"], mongo)


def rows(costs: Costs) -> list[list[str]]:
    """The table of sizes; its columns are `HEAD`."""
    return [_row(size(count, costs)) for count in ORDERS_A_DAY]


def _row(one: Size) -> list[str]:
    services = {name: count for name, count in one.instances.items() if name != "portal"}
    topics = len(TOPICS) + len(PROCESSES)
    return [
        f"{one.orders_a_day:,}",
        f"{one.peak:,.1f}",
        str(max(services.values())),
        str(one.instances["portal"]),
        str(one.partitions),
        f"{topics * one.partitions * REPLICAS:,}",
        f"{one.megabytes / 1000:.1f}",
        f"{_up(one.kafka_cores)}",
        f"{_up(one.mongo_cores)}",
        f"{one.kafka_gb:,.1f}",
        f"{one.mongo_gb:,.1f}",
    ]


def _up(cores: float) -> float:
    """Rounded up to a tenth: nothing needs no core at all."""
    return math.ceil(cores * 10) / 10


def show() -> None:
    """Prints the table. Raises `SystemExit` without figures."""
    costs = measured()
    if costs is None:
        raise SystemExit("measure first: python -m bench instances starts disk")
    shown = Table(*HEAD)
    for row in rows(costs):
        shown.add_row(*row)
    Console().print(shown)
