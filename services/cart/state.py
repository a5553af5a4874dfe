"""What a cart remembers, and how its events change that."""

from dataclasses import dataclass, field
from typing import Literal

from shared.contracts import Message, carts
from shared.contracts.address import Customer
from shared.contracts.carts import LineSet, ShipmentSet


@dataclass(slots=True)
class Shipment:
    """What goes to one address by one method, as far as that is known yet.

    Its destination and each of its lines is the event that set it last. `removed` remembers the
    lines that are gone.
    """

    destination: ShipmentSet | None = None
    lines: dict[str, LineSet] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cart:
    """A cart, until it becomes an order or is deleted."""

    cart_id: str
    market: str
    currency: str
    customer: Customer | None
    shipments: dict[str, Shipment] = field(default_factory=dict)
    status: Literal["Open", "CheckedOut", "Deleted"] = "Open"

    @property
    def line_count(self) -> int:
        """How many lines it has in all its shipments."""
        return sum(len(shipment.lines) for shipment in self.shipments.values())

    def line(self, shipment_id: str, line_id: str) -> LineSet | None:
        """The line, if it is there."""
        shipment = self.shipments.get(shipment_id)
        return shipment.lines.get(line_id) if shipment else None


def status(cart: Cart | None) -> str | None:
    """The word for the state; None while there is no cart."""
    return cart.status if cart else None


def evolve(cart: Cart | None, event: Message) -> Cart | None:
    """The cart after `event`."""
    if isinstance(event, carts.DraftCreated):
        return Cart(event.cart_id, event.market, event.currency, event.customer)
    if cart is not None:
        _apply(cart, event)
    return cart


def _apply(cart: Cart, event: Message) -> None:
    match event:
        case carts.ShipmentSet():
            shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
            shipment.destination = event
        case carts.LineSet():
            shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
            shipment.lines[event.line_id] = event
            shipment.removed.discard(event.line_id)
        case carts.LineRemoved():
            shipment = cart.shipments[event.shipment_id]
            del shipment.lines[event.line_id]
            shipment.removed.add(event.line_id)
        case carts.CheckedOut():
            cart.status = "CheckedOut"
        case carts.Deleted():
            cart.status = "Deleted"
            cart.customer = None
            cart.shipments.clear()
