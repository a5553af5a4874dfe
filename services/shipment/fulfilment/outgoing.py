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
    InventoryAskedElsewhere,
    InventoryAssigned,
    InventoryRequested,
    InventoryUnavailable,
    LinesChanged,
    Recalled,
    Released,
    Shipped,
    Split,
)
from shared.contracts.stock import (
    Allocate,
    Deallocate,
    Issue,
    PassOn,
    Reallocate,
    TryAllocate,
)

PUBLISHES: tuple[type[Message], ...] = (
    Allocate,
    Reallocate,
    TryAllocate,
    PassOn,
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
        others=tuple(e for e in event.sources if event.may_split or e != event.warehouse),
    )


def _try_allocate(event: InventoryAskedElsewhere) -> Iterator[Message]:
    yield TryAllocate(
        warehouse=event.source,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        lines=quantities_by_sku(event.lines),
        revision=event.revision,
        waits_at=event.warehouse,
    )


def _pass_on(event: InventoryUnavailable) -> Iterator[Message]:
    if event.offered:
        yield PassOn(
            warehouse=event.warehouse,
            order_id=event.order_id,
            shipment_id=event.shipment_id,
            source=event.source,
            gone=tuple(each.sku for each in event.short if each.available <= 0),
        )


def _give_up(event: InventoryAssigned) -> Iterator[Message]:
    return _deallocate_in(event.given_up, event.order_id, event.shipment_id)


def _deallocate_in(warehouses: Iterable[str], order_id: str, shipment_id: str) -> Iterator[Message]:
    for each in warehouses:
        yield Deallocate(warehouse=each, order_id=order_id, shipment_id=shipment_id)


def _reallocate(event: LinesChanged) -> Iterator[Message]:
    for removed in event.removed:  # first, because the shipments that got its items need them
        if removed.inventory_requested:
            claims = (removed.warehouse, *removed.given_up)
            yield from _deallocate_in(claims, event.order_id, removed.shipment_id)
    for changed in event.shipments:
        yield from _deallocate_in(changed.given_up, event.order_id, changed.shipment_id)
        if changed.inventory_requested:
            yield Reallocate(
                warehouse=changed.warehouse,
                order_id=event.order_id,
                shipment_id=changed.shipment_id,
                lines=quantities_by_sku(changed.lines),
                revision=changed.revision,
                others=changed.others,
            )


def _request_what_stays(event: Split) -> Iterator[Message]:
    """Another warehouse that is to send it is asked by a request of its own (`splitting.py`)."""
    if event.given_up is not None:
        yield from _deallocate_in((event.given_up,), event.order_id, event.shipment_id)
        return
    yield Reallocate(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        lines=quantities_by_sku(event.lines),
        revision=event.revision,
        others=event.others,
    )


def _deallocate(event: Canceled) -> Iterator[Message]:
    if event.inventory_requested:
        claims = (event.warehouse, *event.given_up)
        yield from _deallocate_in(claims, event.order_id, event.shipment_id)


def _deallocate_all(event: Deleted) -> Iterator[Message]:
    for shipment in event.given_up:
        yield from _deallocate_in((shipment.warehouse,), event.order_id, shipment.shipment_id)


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
    InventoryAskedElsewhere: _try_allocate,
    InventoryUnavailable: _pass_on,
    InventoryAssigned: _give_up,
    LinesChanged: _reallocate,
    Split: _request_what_stays,
    Canceled: _deallocate,
    Deleted: _deallocate_all,
    Shipped: _issue,
    Edited: _add_to_address_book,
    Released: _release,
    Recalled: _recall,
}
