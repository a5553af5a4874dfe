"""The messages that follow from events of fulfilment, to stock, warehouse and address book."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.shipment.stock.quantities import quantities_by_sku
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
    """The messages that follow from `event`, in addition to `event` itself."""
    follow = _FOLLOW.get(type(event))
    return follow(event) if follow else ()


def _allocate(event: InventoryRequested) -> Iterator[Message]:
    yield Allocate(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        lines=quantities_by_sku(event.lines),
        revision=event.revision,
    )


def _reallocate(event: LinesChanged) -> Iterator[Message]:
    for removed in event.removed:  # first, because the shipments that got its items need them
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
                lines=quantities_by_sku(changed.lines),
                revision=changed.revision,
            )


def _deallocate(event: Canceled) -> Iterator[Message]:
    if event.inventory_requested:
        yield Deallocate(
            warehouse=event.warehouse, order_id=event.order_id, shipment_id=event.shipment_id
        )


def _deallocate_all(event: Deleted) -> Iterator[Message]:
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


def _add_to_address_book(event: Edited) -> Iterator[Message]:
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
    InventoryRequested: _allocate,
    LinesChanged: _reallocate,
    Canceled: _deallocate,
    Deleted: _deallocate_all,
    Shipped: _issue,
    Edited: _add_to_address_book,
    Released: _release,
    Recalled: _recall,
}
