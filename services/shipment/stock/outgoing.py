"""The messages that follow from events of the stock: levels, and outcomes of allocations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared.contracts import Message, stock
from shared.contracts.stock import AllocationMade, AllocationShort, Level, LevelNow

PUBLISHES: tuple[type[Message], ...] = (AllocationMade, AllocationShort, Level)


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
            available=max(0, now.on_hand - now.allocated),
            backordered=now.backordered,
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


_FOLLOW: Mapping[type[Message], Callable[[Any], Iterable[Message]]] = {
    stock.Received: _levels,
    stock.Counted: _levels,
    stock.Allocated: _made,
    stock.Backordered: _short,
    stock.Deallocated: _levels,
    stock.Issued: _levels,
}
