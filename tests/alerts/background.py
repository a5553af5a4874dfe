"""Work that goes on while a fault lasts: customers who order, people who look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from tests.alerts.system import SKU, System
from tests.e2e.system import cart, converted, shipment

TICK_SECONDS = 0.1


@contextmanager
def repeating(work: Callable[[], object], pause: float, threads: int = 1) -> Iterator[None]:
    """Does the work again and again, with a pause in seconds, in threads of its own."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.wait(pause):
            work()

    running = [threading.Thread(target=go_on, daemon=True) for _ in range(threads)]
    for each in running:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in running:
            each.join()


def customers(system: System, name: str, per_second: int) -> Callable[[], None]:
    """Returns what converts so many paid carts a second, if it is done at every tick."""
    numbers = count()

    def convert() -> None:
        orders = [f"{name}-{next(numbers)}" for _ in range(int(per_second * TICK_SECONDS))]
        system.produce([converted(cart(order, shipment(SKU, 1))) for order in orders])

    return convert
