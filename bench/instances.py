"""One, two and four instances of each service and of the portal, under the load of `lifecycle`.

Each number has a system of its own. On a machine whose cores are all busy with one instance of
each, more instances can't be faster: what counts there is that an order costs no more.
"""

from collections import Counter
from typing import Any

from bench import lifecycle
from bench.results import Figures
from bench.system import running
from shared.contracts.topics import STARTED

SCALES = (1, 2, 4)


async def measure(orders: int) -> Figures:
    """Orders a second and processor time for an order, by the number of instances."""
    return {str(scale): await _measure(scale, orders) for scale in SCALES}


async def _measure(scale: int, orders: int) -> Figures:
    print(f"{scale} of each service")
    async with running(dict.fromkeys(STARTED, scale)) as system:
        found: dict[str, Any] = await lifecycle.measure(system, orders)
    cpu = by_service(found["cpu_ms_per_order"])
    return {
        "per_second": found["per_second"],
        "settled_after_seconds": found["settled_after_seconds"],
        "cpu_ms_per_order": cpu | {"sum": round(sum(cpu.values()), 2)},
        "megabytes": by_service(found["megabytes"]),
    }


def by_service(by_process: dict[str, float]) -> dict[str, float]:
    """Adds up the figures of the instances of a service: `order`, `order-2` and so on."""
    total = Counter[str]()
    for name, value in by_process.items():
        total[name.partition("-")[0]] += value  # type: ignore[assignment]
    return {name: round(value, 2) for name, value in total.items()}
