"""Publishes the sales of the retail data set and waits until each is an order."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ops.errors import TimedOutError
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from ops.replay.retail_carts import Figures, Replay
from shared.contracts.orders import Placed
from shared.contracts.topics import ORDER_EVENTS
from shared.runtime.settings import Settings
from waybill_client import Event, Reader

SOURCE = "retail-replay"
Progress = Callable[[int], None]


@dataclass(slots=True)
class Tally:
    """Counts the orders on order.events, each once."""

    wanted: dict[str, Decimal]
    placed: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)

    def add(self, seen: Event) -> bool:
        """Counts an event; returns True if it places a wanted order for the first time.

        A repeat of the event isn't counted; another event that places the order is an error.
        """
        if seen.type != Placed.type or seen.key not in self.wanted:
            return False
        event_id = seen.attributes.get("id", "")
        if seen.key in self.placed:
            if self.placed[seen.key][0] != event_id:
                self.doubled.add(seen.key)
            return False
        self.placed[seen.key] = event_id, seen.data
        return True

    @property
    def complete(self) -> bool:
        """Whether every wanted order was placed."""
        return len(self.placed) == len(self.wanted)

    @property
    def missing(self) -> list[str]:
        """The wanted orders that weren't placed."""
        return [order for order in self.wanted if order not in self.placed]

    @property
    def wrong(self) -> list[str]:
        """The orders whose total differs from the file."""
        return [
            order
            for order, (_, data) in self.placed.items()
            if Decimal(data["total"]) != self.wanted[order]
        ]

    def figures(self) -> Figures:
        """Returns the totals of the orders."""
        orders = [data for _, data in self.placed.values()]
        lines = [line for o in orders for s in o["shipments"] for line in s["lines"]]
        return Figures(
            len(orders),
            len(lines),
            sum(line["quantity"] for line in lines),
            sum((Decimal(o["total"]) for o in orders), Decimal("0.00")),
        )


async def run(
    settings: Settings,
    replay: Replay,
    *,
    patience: float,
    published: Progress,
    placed: Progress,
) -> Tally:
    """Publishes `replay`, and returns the tally once every order is placed.

    Ids come from the invoice numbers, so a second run changes nothing. Raises `TimedOutError` if no
    order is placed for `patience` seconds, and `UnreachableError`.
    """
    tally = Tally(replay.totals)
    async with reading(settings, [ORDER_EVENTS.name], from_beginning=True) as reader:
        counting = asyncio.create_task(_count(reader, tally, patience, placed))
        try:
            async with CommandClient(settings, source=SOURCE, replies=False) as client:
                carts = (
                    (cart, client.envelope(cart, message_id=cart.cart_id, time=cart.converted_at))
                    for cart in replay.carts
                )
                await client.publish(carts, published)
            await counting
        finally:
            counting.cancel()
        async for seen in reader.to_end():
            tally.add(seen)
    return tally


async def _count(reader: Reader, tally: Tally, patience: float, placed: Progress) -> None:
    last = time.monotonic()
    while not tally.complete:
        if new := sum([tally.add(seen) for seen in await reader.batch()]):
            placed(new)
            last = time.monotonic()
        if time.monotonic() - last > patience:
            some = ", ".join(tally.missing[:5])
            raise TimedOutError(
                f"{len(tally.missing)} orders are missing and no order was placed for "
                f"{patience:g} s: {some}{' …' if len(tally.missing) > 5 else ''}",
                "Check that the order service runs: waybill status. Check its dead letters: "
                "waybill tail order.dead-letters --from-beginning --to-end. "
                "You can run the replay again; it creates no duplicates.",
            )
