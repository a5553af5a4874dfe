"""An order with 2,000 lines and one with 10,000 notes: how long commands on each take.

Meanwhile another order gets notes one after the other: how much do large orders delay others?
Commands are sent one at a time to each order, on a system with nothing else to do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from uuid import uuid4

from bench.latency import time_each
from bench.orders import ADDRESS, CUSTOMER, MARKET, SKUS, WAREHOUSE, carts
from bench.percentiles import percentiles
from bench.progress import Progress
from bench.results import Figures
from ops.demo.checkout import converted, line, shipment
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, orders
from shared.contracts.stock import Receive
from shared.runtime.settings import Settings
from shared.site import load

LINES = 2000
NOTES = 10_000
COMMANDS = 100  # of each kind
AT_ONCE = 500  # notes
TARGET_P95_MS = 100


async def measure(settings: Settings, notes: int = NOTES) -> Figures:
    """p50 and p95 of commands on each order, and of notes on another one, with and without them."""
    run = f"large-{uuid4().hex[:6]}"
    async with CommandClient(settings) as client:
        for sku in SKUS:
            await client.send(Receive(warehouse=WAREHOUSE, sku=sku, quantity=10 * LINES))
        small, neighbour, noted = [cart for cart, _ in carts(run, 3, settings.site)]
        lined = _with_lines(settings, f"{run}-lines")
        for cart in (small, neighbour, noted, lined):
            await client.send(cart)
        await _write_notes(client, noted.key, notes)
        found: Figures = {"lines": LINES, "notes": notes, "target_p95_ms": TARGET_P95_MS}
        found["neighbour_alone"] = _shown(await time_each(client, _notes(neighbour.key, COMMANDS)))
        for name, cart in (("small", small), ("2000_lines", lined), ("many_notes", noted)):
            found[name], found[f"neighbour_of_{name}"] = await _both(
                client, neighbour.key, partial(_commands, client, cart.key)
            )
    return found


async def _commands(client: CommandClient, order_id: str) -> Figures:
    """The times of each kind of command on one order."""
    hold: list[Message] = [orders.Hold(order_id=order_id), orders.ReleaseHold(order_id=order_id)]
    edits = [
        orders.ChangeLine(order_id=order_id, shipment_id="1", line_id="1", quantity=1 + number % 2)
        for number in range(1, COMMANDS + 1)
    ]
    return {
        "hold_and_release": _shown(await time_each(client, hold * (COMMANDS // 2))),
        "add_note": _shown(await time_each(client, _notes(order_id, COMMANDS))),
        "edit_line": _shown(await time_each(client, edits)),
    }


async def _both(
    client: CommandClient, neighbour: str, commands: Callable[[], Awaitable[Figures]]
) -> tuple[Figures, Figures]:
    """The times of `commands`, and of notes on the neighbour while they run."""
    took: list[float] = []

    async def keep_noting() -> None:
        while True:
            took.extend(await time_each(client, _notes(neighbour, 1)))

    noting = asyncio.create_task(keep_noting())
    found = await commands()
    noting.cancel()
    with suppress(asyncio.CancelledError):
        await noting
    return found, _shown(took)


def _notes(order_id: str, count: int) -> Sequence[Message]:
    return [orders.AddNote(order_id=order_id, text=f"Called, {n} times.") for n in range(count)]


async def _write_notes(client: CommandClient, order_id: str, count: int) -> None:
    """Writes the notes of an order; all are recorded when this returns."""
    progress = Progress("notes", count)
    for start in range(0, count, AT_ONCE):
        notes = _notes(order_id, min(AT_ONCE, count - start))
        await asyncio.gather(*(client.send(note, actor="bench") for note in notes))
        progress.at(start + len(notes))


def _with_lines(settings: Settings, cart_id: str) -> Message:
    site = load(settings.site)
    lines = [line(SKUS[n % 2], f"Linen dress {n}", 2, "39.50") for n in range(LINES)]
    shipments = [shipment(site, MARKET, ADDRESS, lines)]
    return converted(site, MARKET, cart_id, shipments, customer=CUSTOMER)


def _shown(took: Sequence[float]) -> dict[str, float]:
    return percentiles(took, 50, 95)
