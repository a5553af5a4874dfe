"""The messages that follow from events of the stock: levels, and outcomes of allocations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared.contracts import Message, stock
from shared.contracts.stock import (
    AllocationMade,
    AllocationOffered,
    AllocationShort,
    AllocationUnavailable,
    Level,
    LevelNow,
    Offer,
)

PUBLISHES: tuple[type[Message], ...] = (
    AllocationMade,
    AllocationShort,
    AllocationUnavailable,
    AllocationOffered,
    Offer,
    Level,
)


def outgoing(event: Message) -> Iterable[Message]:
    """The messages that follow from `event`, in addition to `event` itself."""
    follow = _FOLLOW.get(type(event))
    return follow(event) if follow else ()


def _levels(event: Any) -> Iterator[Message]:
    now: LevelNow
    for now in event.levels:
        yield Level(
            warehouse=event.warehouse,
            sku=now.sku,
            on_hand=now.on_hand,
            allocated=now.allocated,
            available=max(0, now.on_hand - now.allocated - now.safety),
            backordered=now.backordered,
            quarantined=now.quarantined,
            safety=now.safety,
            expected=now.expected,
        )


def _made(event: stock.Allocated) -> Iterator[Message]:
    yield AllocationMade(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        revision=event.revision,
    )
    yield from _levels(event)


def _short(event: stock.Backordered) -> Iterator[Message]:
    yield AllocationShort(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        short=event.short,
        revision=event.revision,
    )
    yield from _levels(event)


def _unavailable(event: stock.Unavailable) -> Iterator[Message]:
    yield AllocationUnavailable(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        short=event.short,
        revision=event.revision,
    )


def _offer(event: stock.Available) -> Iterator[Message]:
    for warehouse in event.wanted_at:
        yield Offer(warehouse=warehouse, source=event.warehouse, skus=(event.sku,))


def _offered(event: stock.Offered) -> Iterator[Message]:
    yield AllocationOffered(
        warehouse=event.warehouse,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        source=event.source,
        revision=event.revision,
    )


_FOLLOW: Mapping[type[Message], Callable[[Any], Iterable[Message]]] = {
    stock.Received: _levels,
    stock.Counted: _levels,
    stock.Allocated: _made,
    stock.Backordered: _short,
    stock.Deallocated: _levels,
    stock.Issued: _levels,
    stock.Returned: _levels,
    stock.QuarantineReleased: _levels,
    stock.SafetySet: _levels,
    stock.Expected: _levels,
    stock.Unavailable: _unavailable,
    stock.Available: _offer,
    stock.Offered: _offered,
}
