"""Tells shipments in the queue about goods in other warehouses that may send them.

A warehouse that declines a shipment notes in whose queue it waits (`Inventory.wanted`). Once it has
goods for it, it offers them there. Who came first is told first: the first shipment in the queue
that wants the article asks for it. If that can't use it, or leaves the queue, the next is told.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from heapq import merge
from typing import TypeVar

from services.shipment.stock.backorder_queue import Backorder, BackorderQueue, Key
from services.shipment.stock.preconditions import Command, plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import (
    Allocated,
    Available,
    Backordered,
    Deallocated,
    Issued,
    LevelNow,
    Offer,
    Offered,
    PassOn,
    ShipmentKey,
)
from shared.runtime.decider import Context

C = TypeVar("C", bound=Command)
Handler = Callable[[C, Inventory, Context], Sequence[Message]]
# What these events are about isn't in the queue any more, or is in it with other lines.
_LEFT = (Allocated, Backordered, Deallocated, Issued)


def offer(command: Offer, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Tells the first shipment in the queue that wants the articles and may be sent from there."""
    plan_for(command, inventory, context)
    first = _next(inventory.queue, -1, command.source, command.skus)
    return (
        [] if first is None else [_offered(command.warehouse, first, command.source, command.skus)]
    )


def pass_on(command: PassOn, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Tells the next shipment in the queue, unless nothing is left or the offer was passed on."""
    plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    position = inventory.queue.position_of(key)
    offered = inventory.offers.get(key, {}).get(command.source, ())
    skus = tuple(sku for sku in offered if sku not in command.gone)
    if position is None:
        return []
    following = _next(inventory.queue, position, command.source, skus)
    if following is None:
        return []
    by = ShipmentKey(order_id=command.order_id, shipment_id=command.shipment_id)
    return [_offered(command.warehouse, following, command.source, skus, by)]


def with_offers(handler: Handler[C]) -> Handler[C]:
    """Adds to the events of `handler` the offers that follow from them."""

    def handle(command: C, inventory: Inventory, context: Context) -> Sequence[Message]:
        events = handler(command, inventory, context)
        if not (inventory.wanted or inventory.offers):
            return events
        return [
            *events,
            *_passed_on(command.warehouse, inventory, events),
            *_available(command.warehouse, inventory, events),
        ]

    return handle


def _available(
    warehouse: str, inventory: Inventory, events: Sequence[Message]
) -> Iterator[Message]:
    """Offers the articles of which more is available, or fewer shipments are in front."""
    levels: dict[str, LevelNow] = {
        level.sku: level for event in events for level in getattr(event, "levels", ())
    }
    queue_moved = any(
        inventory.queue.position_of((event.order_id, event.shipment_id)) is not None
        for event in events
        if isinstance(event, _LEFT)
    )
    for sku, level in levels.items():
        before = inventory.levels.get(sku)
        free = level.on_hand - level.allocated - level.safety
        if sku not in inventory.wanted or free <= 0:
            continue
        if queue_moved or before is None or free > before.free:
            yield Available(
                warehouse=warehouse, sku=sku, wanted_at=inventory.wanted[sku], levels=()
            )


def _passed_on(
    warehouse: str, inventory: Inventory, events: Sequence[Message]
) -> Iterator[Message]:
    """Passes the offers of shipments on that have left the queue, or were edited."""
    left = [(event.order_id, event.shipment_id) for event in events if isinstance(event, _LEFT)]
    told: dict[tuple[Key, str], tuple[Backorder, tuple[str, ...]]] = {}
    for key in dict.fromkeys(left):
        position = inventory.queue.position_of(key)
        if position is None:
            continue
        for source, skus in inventory.offers.get(key, {}).items():
            following = _next(inventory.queue, position, source, skus, set(left))
            if following is not None:
                earlier = told.get((following.key, source), (following, ()))[1]
                told[following.key, source] = following, tuple(dict.fromkeys((*earlier, *skus)))
    for (_, source), (following, skus) in told.items():
        yield _offered(warehouse, following, source, skus)


def _next(
    queue: BackorderQueue,
    position: int,
    source: str,
    skus: Sequence[str],
    left: Container[Key] = (),
) -> Backorder | None:
    """The first backorder behind `position` that wants one of `skus` and may come from `source`.

    None if there is none, apart from those that have `left`.
    """
    positions = merge(*(queue.positions_from(position + 1, sku) for sku in skus))
    behind = (queue.backorders[each] for each in positions)
    return next((each for each in behind if source in each.others and each.key not in left), None)


def _offered(
    warehouse: str,
    backorder: Backorder,
    source: str,
    skus: tuple[str, ...],
    passed_on_by: ShipmentKey | None = None,
) -> Offered:
    order_id, shipment_id = backorder.key
    return Offered(
        warehouse=warehouse,
        order_id=order_id,
        shipment_id=shipment_id,
        source=source,
        skus=skus,
        revision=backorder.revision,
        passed_on_by=passed_on_by,
        levels=(),
    )
