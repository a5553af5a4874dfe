"""The stock's decider alone, without Kafka and MongoDB: decisions and their events in this process.

A flash sale asks for far more pieces of one article than there are, in one warehouse. Then each
kind of command meets queues of different lengths, which must not make it slower; so does a
snapshot, which is as large as the state.
"""

import cProfile
import gc
import io
import pstats
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import bson

from bench.orders import WAREHOUSE
from services.shipment.stock.decider import decider
from shared.contracts import Message
from shared.contracts.stock import Allocate, Deallocate, Issue, ItemQuantity, Reallocate, Receive
from shared.runtime.decider import Context
from shared.site import Site

ORDERS, PIECES = 50_000, 20_000
TARGET_PER_SECOND = 5000
QUEUES = (2500, 10_000, 50_000)
COMMANDS = 1000  # of each kind, for each length of the queue
LISTED = 12  # functions of the profile
SKU = "BENCH-FLASH"


class Warehouse:
    """The stock of one warehouse, changed by commands as a service changes it."""

    def __init__(self, site: Site) -> None:
        self.state = decider.initial()
        self._site = site
        self._now = datetime.now(UTC)

    def send(self, command: Message) -> None:
        """Decides `command` and applies its events."""
        context = Context("bench#1", "1", self._now, None, self._site, lambda: "PO1")
        for event in decider.decide(command, self.state, context).events:
            self.state = decider.evolve(self.state, event)

    def send_all(self, commands: Iterable[Message]) -> float:
        """Sends the commands; returns the seconds that this took."""
        given = list(commands)
        started = perf_counter()
        for command in given:
            self.send(command)
        return perf_counter() - started


def measure(site: Site, orders: int = ORDERS, pieces: int = PIECES) -> dict[str, object]:
    """Decisions a second of a flash sale, and microseconds of each command by length of queue.

    Raises `RuntimeError` unless exactly all pieces are allocated and the rest waits in order.
    """
    gc.set_threshold(100_000, 50, 50)  # as in the services
    warehouse = sale(site, pieces)
    seconds = warehouse.send_all(allocations(orders))
    check(warehouse, orders, pieces)
    return {
        "orders": orders,
        "pieces": pieces,
        "decisions_per_second": round(orders / seconds),
        "target_per_second": TARGET_PER_SECOND,
        "by_queue": {str(waiting): by_command(site, waiting) for waiting in QUEUES},
        "profile": profile(site, orders, pieces),
    }


def sale(site: Site, pieces: int) -> Warehouse:
    """A warehouse with that many pieces of the article."""
    warehouse = Warehouse(site)
    warehouse.send(Receive(warehouse=WAREHOUSE, sku=SKU, quantity=pieces))
    return warehouse


def allocations(orders: int, first: int = 0) -> Iterable[Allocate]:
    """Requests of the orders from `first` on for one piece each."""
    lines = (ItemQuantity(sku=SKU, quantity=1),)
    for number in range(first, first + orders):
        order_id = f"o-{number}"
        yield Allocate(warehouse=WAREHOUSE, order_id=order_id, shipment_id="1", lines=lines)


def check(warehouse: Warehouse, orders: int, pieces: int) -> None:
    """Raises `RuntimeError` unless the first `pieces` orders have one and the rest waits."""
    names = [f"o-{number}" for number in range(orders)]
    allocated = [order for order, _ in warehouse.state.allocations]
    queued = [backorder.key[0] for backorder in warehouse.state.queue.in_order()]
    if allocated != names[:pieces] or queued != names[pieces:]:
        raise RuntimeError(f"{len(allocated)} have one of {pieces} pieces, {len(queued)} wait")


def by_command(site: Site, waiting: int) -> dict[str, float]:
    """Microseconds of each kind of command while `waiting` shipments wait for the article."""
    served = 2 * COMMANDS
    warehouse = sale(site, served)
    warehouse.send_all(allocations(served + waiting))
    last = served + waiting

    def about(kind: Callable[..., Message], first: int, **more: Any) -> Iterable[Message]:
        for number in range(first, first + COMMANDS):
            yield kind(warehouse=WAREHOUSE, order_id=f"o-{number}", shipment_id="1", **more)

    two = (ItemQuantity(sku=SKU, quantity=2),)
    one = Receive(warehouse=WAREHOUSE, sku=SKU, quantity=1)
    took = {
        "join_the_queue": warehouse.send_all(allocations(COMMANDS, last)),
        "edit_in_the_queue": warehouse.send_all(about(Reallocate, last, lines=two, revision=1)),
        "leave_the_queue": warehouse.send_all(about(Deallocate, last)),
        "issue": warehouse.send_all(about(Issue, 0)),
        "free_and_serve_the_next": warehouse.send_all(about(Deallocate, COMMANDS)),
        "receive_and_serve_the_next": warehouse.send_all([one] * COMMANDS),
    }
    found = {f"{name}_us": round(each / COMMANDS * 1e6, 1) for name, each in took.items()}
    return found | snapshot(warehouse)


def snapshot(warehouse: Warehouse) -> dict[str, float]:
    """Milliseconds to write and to read a snapshot, and its size; a service writes few."""
    if decider.dump is None or decider.restore is None:
        raise RuntimeError("the stock keeps no snapshots")
    started = perf_counter()
    encoded = bson.encode(decider.dump(warehouse.state))
    written = perf_counter()
    decider.restore(bson.decode(encoded))
    return {
        "snapshot_write_ms": round((written - started) * 1e3, 1),
        "snapshot_read_ms": round((perf_counter() - written) * 1e3, 1),
        "snapshot_mb": round(len(encoded) / 2**20, 2),
    }


def profile(site: Site, orders: int, pieces: int) -> list[str]:
    """The functions that take most time in a flash sale, with their share of it."""
    warehouse, profiler = sale(site, pieces), cProfile.Profile()
    commands = list(allocations(orders))
    profiler.enable()
    for command in commands:
        warehouse.send(command)
    profiler.disable()
    stats = pstats.Stats(profiler, stream=io.StringIO()).get_stats_profile()
    slowest = sorted(stats.func_profiles.items(), key=lambda each: -each[1].tottime)[:LISTED]
    return [f"{each.tottime / stats.total_tt:.0%} {name}" for name, each in slowest]
