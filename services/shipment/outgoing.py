"""Who else has to hear of a shipment's events: the stock, and the warehouse."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.contracts import Message, warehouse
from shared.contracts.shipments import (
    Canceled,
    InventoryRequested,
    Item,
    Recalled,
    Released,
    Shipped,
)
from shared.contracts.stock import Allocate, Deallocate, Issue, Pieces


def outgoing(event: Message) -> Iterable[Message]:
    """What follows from `event`, beside `event` itself."""
    follow = _FOLLOW.get(type(event))
    return follow(event) if follow else ()


def _ask(event: InventoryRequested) -> Iterable[Message]:
    yield Allocate(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        lines=_by_sku(event.lines),
    )


def _by_sku(lines: Iterable[Item]) -> tuple[Pieces, ...]:
    """How many of each article, whatever the number of lines that it is on."""
    total = Counter[str]()
    for line in lines:
        total[line.sku] += line.quantity
    return tuple(Pieces(sku=sku, quantity=quantity) for sku, quantity in total.items())


def _give_back(event: Canceled) -> Iterable[Message]:
    if event.inventory_requested:
        yield Deallocate(
            warehouse=event.warehouse, order_id=event.order_id, shipment_id=event.shipment_id
        )


def _issue(event: Shipped) -> Iterable[Message]:
    yield Issue(warehouse=event.warehouse, order_id=event.order_id, shipment_id=event.shipment_id)


def _release(event: Released) -> Iterable[Message]:
    yield warehouse.Release(
        order_id=event.order_id,
        order_number=event.order_number,
        shipment_id=event.shipment_id,
        warehouse=event.warehouse,
        market=event.market,
        shipping_method=event.shipping_method,
        address=event.address,
        lines=event.lines,
        released_at=event.released_at,
    )


def _recall(event: Recalled) -> Iterable[Message]:
    yield warehouse.Recall(
        order_id=event.order_id,
        order_number=event.order_number,
        shipment_id=event.shipment_id,
        warehouse=event.warehouse,
        reason=event.reason,
        recalled_at=event.recalled_at,
    )


_FOLLOW: Mapping[type[Message], Callable[[Any], Iterable[Message]]] = {
    InventoryRequested: _ask,
    Canceled: _give_back,
    Shipped: _issue,
    Released: _release,
    Recalled: _recall,
}
