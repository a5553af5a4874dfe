"""What follows from an event of fulfilment: for the stock, the warehouse and the address book."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.shipment.stock.quantities import by_sku
from shared.contracts import Message, warehouse
from shared.contracts.customers import AddAddress, entering
from shared.contracts.shipments import (
    Canceled,
    Deleted,
    Edited,
    InventoryRequested,
    LinesChanged,
    Recalled,
    Released,
    Shipped,
)
from shared.contracts.stock import (
    Allocate,
    Deallocate,
    Issue,
    Reallocate,
)

PUBLISHES: tuple[type[Message], ...] = (
    Allocate,
    Reallocate,
    Deallocate,
    Issue,
    warehouse.Release,
    warehouse.Recall,
    AddAddress,
)


def outgoing(event: Message) -> Iterable[Message]:
    """What follows from `event`, beside `event` itself."""
    follow = _FOLLOW.get(type(event))
    return follow(event) if follow else ()


def _ask(event: InventoryRequested) -> Iterator[Message]:
    yield Allocate(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        lines=by_sku(event.lines),
        revision=event.revision,
    )


def _ask_anew(event: LinesChanged) -> Iterator[Message]:
    for removed in event.removed:  # first: whoever has its items now needs them
        if removed.inventory_requested:
            yield Deallocate(
                warehouse=removed.warehouse,
                order_id=event.order_id,
                shipment_id=removed.shipment_id,
            )
    for changed in event.shipments:
        if changed.inventory_requested:
            yield Reallocate(
                warehouse=changed.warehouse,
                order_id=event.order_id,
                shipment_id=changed.shipment_id,
                lines=by_sku(changed.lines),
                revision=changed.revision,
            )


def _give_back(event: Canceled) -> Iterator[Message]:
    if event.inventory_requested:
        yield Deallocate(
            warehouse=event.warehouse, order_id=event.order_id, shipment_id=event.shipment_id
        )


def _give_all_back(event: Deleted) -> Iterator[Message]:
    for shipment in event.given_up:
        yield Deallocate(
            warehouse=shipment.warehouse,
            order_id=event.order_id,
            shipment_id=shipment.shipment_id,
        )


def _issue(event: Shipped) -> Iterator[Message]:
    yield Issue(warehouse=event.warehouse, order_id=event.order_id, shipment_id=event.shipment_id)


def _release(event: Released) -> Iterator[Message]:
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


def _enter(event: Edited) -> Iterator[Message]:
    if event.to_address_book is not None:
        yield entering(event.to_address_book, event.address)


def _recall(event: Recalled) -> Iterator[Message]:
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
    LinesChanged: _ask_anew,
    Canceled: _give_back,
    Deleted: _give_all_back,
    Shipped: _issue,
    Edited: _enter,
    Released: _release,
    Recalled: _recall,
}
