"""What fulfilment remembers of an order, and how its events change that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from services.shipment.fulfilment.shipment import Shipment
from shared.contracts import Message, shipments
from shared.contracts.money import ZERO
from shared.contracts.shipments import ShipmentStatus, Standing


@dataclass(slots=True)
class Fulfilment:
    """An order's shipments, and what has been heard of its money and of a hold.

    Money may be heard of before the order is: they come from different topics. What the order
    costs is its own word and what was paid is the payment service's, so that a balance struck
    before an edit says nothing about what is owed after it. `unpriced` are the edits whose new
    total is still to be heard. `removed` are the shipments that edits emptied: the revision that
    one with the same id begins with.
    """

    shipments: dict[str, Shipment] = field(default_factory=dict)
    held: bool = False
    currency: str | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    unpriced: set[str] = field(default_factory=set)
    removed: dict[str, int] = field(default_factory=dict)
    customer_id: str | None = None

    @property
    def outstanding(self) -> Decimal | None:
        """What is still to be paid, as far as it is known; below zero if it was too much."""
        return None if self.total is None else self.total - (self.paid or ZERO)

    @property
    def paid_in_full(self) -> bool:
        """Whether nothing is outstanding (rules: Statuses)."""
        return self.paid is not None and self.total is not None and self.paid >= self.total

    @property
    def is_known(self) -> bool:
        """Whether the order was placed."""
        return bool(self.shipments)

    @property
    def open(self) -> list[Shipment]:
        """The shipments that haven't come to their end."""
        return [shipment for shipment in self.shipments.values() if shipment.is_open]

    def copy(self) -> Self:
        """Another one, just like it, that may be changed."""
        each = {which: replace(shipment) for which, shipment in self.shipments.items()}
        return replace(
            self, shipments=each, unpriced=set(self.unpriced), removed=dict(self.removed)
        )

    def any_in(self, status: ShipmentStatus) -> list[Shipment]:
        """The shipments in `status`."""
        return [shipment for shipment in self.shipments.values() if shipment.status == status]


def status(order: Fulfilment) -> str | None:
    """The word for replies: the shipment's status, or `1:Released 2:Packing` if there are more."""
    standings = [(shipment.shipment_id, shipment.status) for shipment in order.shipments.values()]
    if len(standings) == 1:
        return standings[0][1]
    return " ".join(f"{shipment_id}:{word}" for shipment_id, word in standings) or None


def evolve(order: Fulfilment, event: Message) -> Fulfilment:
    """`order` after `event`."""
    _EVOLVE[type(event)](order, event)
    return order


def _created(order: Fulfilment, event: shipments.AwaitingInventory) -> None:
    order.shipments[event.shipment_id] = Shipment.born(event)
    order.customer_id = order.customer_id or event.customer_id
    if event.order_total is not None:
        order.currency, order.total = event.currency, event.order_total


def _noted_payment(order: Fulfilment, event: shipments.PaymentNoted) -> None:
    order.currency = event.currency
    if event.paid is not None:
        order.paid = event.paid
        if order.total is None:
            order.total = event.paid + event.outstanding
    elif order.total is not None:  # as told before orders could be edited
        order.paid = order.total - event.outstanding


def _noted_total(order: Fulfilment, event: shipments.TotalNoted) -> None:
    order.currency = event.currency
    order.total = event.total
    if event.request is not None:
        order.unpriced.discard(event.request)


def _requested_stock(order: Fulfilment, event: shipments.InventoryRequested) -> None:
    _moved(order, event).stock_asked = True


def _backordered(order: Fulfilment, event: shipments.Backordered) -> None:
    _moved(order, event).short = event.short


def _assigned(order: Fulfilment, event: shipments.InventoryAssigned) -> None:
    shipment = _moved(order, event)
    shipment.stock_assigned = True
    shipment.short = ()


def _edited(order: Fulfilment, event: shipments.Edited) -> None:
    shipment = _moved(order, event)
    shipment.address = event.address
    shipment.shipping_method = event.shipping_method
    shipment.to_address_book = event.to_address_book
    if event.request is not None:
        shipment.shipping_cost = event.shipping_cost
        order.unpriced.add(event.request)


def _lines_changed(order: Fulfilment, event: shipments.LinesChanged) -> None:
    order.unpriced.add(event.request)
    for changed in event.shipments:
        shipment = order.shipments[changed.shipment_id]
        shipment.status = changed.status
        shipment.lines = changed.lines
        shipment.preorder_lines = changed.preorder_lines
        shipment.revision = changed.revision
        shipment.stock_assigned = False
        shipment.short = ()
    for removed in event.removed:
        del order.shipments[removed.shipment_id]
        order.removed[removed.shipment_id] = removed.revision + 1


def _recalled(order: Fulfilment, event: shipments.Recalled) -> None:
    shipment = order.shipments[event.shipment_id]
    if event.reason == "held":
        _hold(shipment, shipment.standing)
    else:
        shipment.status = event.status


def _held(order: Fulfilment, event: shipments.Held) -> None:
    order.held = True
    for standing in event.shipments:
        _hold(order.shipments[standing.shipment_id], standing)


def _hold(shipment: Shipment, standing: Standing) -> None:
    shipment.before = standing.status
    shipment.status = "OnHold"


def _released_hold(order: Fulfilment, event: shipments.HoldLifted) -> None:
    order.held = False
    for standing in event.shipments:
        shipment = order.shipments[standing.shipment_id]
        shipment.status = standing.status
        shipment.before = None


def _canceled(order: Fulfilment, event: shipments.Canceled) -> None:
    _moved(order, event).before = None


def _moved(order: Fulfilment, event: Any) -> Shipment:
    """Every event about one shipment says where that stands after it."""
    shipment = order.shipments[event.shipment_id]
    shipment.status = event.status
    return shipment


def _unchanged(order: Fulfilment, event: Message) -> None:
    """An answer to the order that changes nothing here."""


_EVOLVE: Mapping[type[Message], Callable[[Fulfilment, Any], object]] = {
    shipments.AwaitingInventory: _created,
    shipments.PaymentNoted: _noted_payment,
    shipments.TotalNoted: _noted_total,
    shipments.InventoryRequested: _requested_stock,
    shipments.Backordered: _backordered,
    shipments.InventoryAssigned: _assigned,
    shipments.Edited: _edited,
    shipments.LinesChanged: _lines_changed,
    shipments.LinesChangeRefused: _unchanged,
    shipments.Released: _moved,
    shipments.Recalled: _recalled,
    shipments.Packing: _moved,
    shipments.RemovedFromPicklist: _moved,
    shipments.Shipped: _moved,
    shipments.Canceled: _canceled,
    shipments.Held: _held,
    shipments.HoldRefused: _unchanged,
    shipments.HoldLifted: _released_hold,
    shipments.CancelRefused: _unchanged,
    shipments.DeleteRefused: _unchanged,
}


EVENTS: tuple[type[Message], ...] = (*_EVOLVE, shipments.Deleted)
