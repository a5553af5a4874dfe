"""The parts of the benchmark by name."""

import argparse
from collections.abc import Awaitable, Callable, Mapping

from bench import (
    archive,
    disk,
    drill,
    flash_sale,
    instances,
    large_orders,
    latency,
    lifecycle,
    own_change,
    page_layout,
    rebuild,
    search,
    service,
    soak,
    starts,
    stock_decider,
    tasks,
    tracing,
)
from bench.results import Figures
from bench.system import System, running
from ops.local.home import PROJECT
from shared.site import load

Asked = argparse.Namespace

# Parts that share one system: each takes what those before it left.
SHARED: Mapping[str, Callable[[System, Asked], Awaitable[Figures]]] = {
    "latency": lambda system, _: latency.measure(system.settings),
    "lifecycle": lambda system, asked: lifecycle.measure(system, asked.orders or 5000),
    "rebuild": lambda system, _: rebuild.measure(system),
    "flash-sale": lambda system, asked: flash_sale.measure(
        system, asked.orders or 5000, (asked.orders or 5000) // 3
    ),
    "service": lambda system, _: service.measure(system.settings),
    "large-orders": lambda system, asked: large_orders.measure(system.settings),
    "own-change": lambda system, _: own_change.measure(system),
    "own-change-busy": lambda system, _: own_change.measure_busy(system),
    "page-layout": lambda system, asked: page_layout.measure(system, asked.orders or search.COUNT),
    "tasks": lambda system, _: tasks.measure(system),
    "soak": lambda system, asked: soak.measure(system, asked.minutes),
}


async def _stock_decider(_: Asked) -> Figures:
    return stock_decider.measure(load(PROJECT / "config" / "site.yaml"))


async def _disk(orders: int) -> Figures:
    async with running() as system:
        return await disk.measure(system, orders)


# Parts with systems of their own, or with none.
APART: Mapping[str, Callable[[Asked], Awaitable[Figures]]] = {
    "stock-decider": _stock_decider,
    "archive": lambda asked: archive.measure(asked.orders or archive.ORDERS),
    "restore": lambda asked: drill.measure(asked.orders or drill.ORDERS),
    "disk": lambda asked: _disk(asked.orders or disk.ORDERS),
    "starts": lambda asked: starts.measure(asked.orders or starts.ORDERS),
    "instances": lambda asked: instances.measure(asked.orders or 5000),
    "tracing": lambda asked: tracing.measure(asked.orders or 5000),
    "search": lambda asked: search.measure(asked.orders or search.COUNT),
}

# What runs when no part is named. Others take long or need a browser.
USUAL = ("latency", "lifecycle", "rebuild", "flash-sale", "service")
