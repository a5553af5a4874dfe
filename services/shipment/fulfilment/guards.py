"""The conditions that the lifecycle names: each returns what stands in the way, or None."""

from collections.abc import Callable, Mapping
from typing import Final

from services.shipment.fulfilment.lifecycle import BEFORE, Move, Trigger, move
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker
from shared.contracts.shipments import ShipmentStatus
from shared.contracts.text import is_visible
from shared.site import Site

Guard = Callable[[Fulfilment, Shipment, Site], Blocker | None]

ON_HOLD: Final = blocker("on-hold")


def not_on_hold(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """Held means held: nothing of the order ships until the hold is lifted."""
    return ON_HOLD if order.held else None


def paid_in_full(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """Although an order is created, it must be paid before it can be released."""
    if order.paid_in_full:
        return None
    if order.outstanding is None or order.outstanding <= 0:
        return blocker("not-paid")
    owed = f"{order.outstanding:f}"
    return blocker("not-paid.owes", outstanding=owed, currency=order.currency or "")


def total_known(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """After an edit nobody can say that an order is paid until its new total is known."""
    return blocker("total-pending") if order.unpriced else None


def paid_or_preorder(order: Fulfilment, shipment: Shipment, site: Site) -> Blocker | None:
    """Stock is asked when the order is paid, or at once for a preorder that its market supports."""
    market = site.markets.get(shipment.market)
    if shipment.preorder and market is not None and market.preorders:
        return None
    return total_known(order, shipment, site) or paid_in_full(order, shipment, site)


def not_asked(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """The stock is asked once."""
    return blocker("stock-asked") if shipment.stock_asked else None


def addressed(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """A warehouse must know where to send it."""
    address = shipment.address
    if all(map(is_visible, (address.name, address.line1, address.city, address.country))):
        return None
    return blocker("no-address")


def shippable(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """A warehouse must know how to send it."""
    return None if shipment.shipping_method else blocker("no-shipping-method")


def was_awaiting(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """Only a shipment that was waiting for its stock when the hold came can still get it."""
    if shipment.before == "AwaitingInventory" and not shipment.stock_assigned:
        return None
    return blocker("has-inventory")


def not_last_open(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """A held order can't be canceled, not by way of its last open shipment either."""
    if not order.held or len(order.open) > 1:
        return None
    return blocker("last-open-on-hold")


GUARDS: Final[Mapping[str, Guard]] = {
    "paid-or-preorder": paid_or_preorder,
    "not-asked": not_asked,
    "not-on-hold": not_on_hold,
    "total-known": total_known,
    "paid-in-full": paid_in_full,
    "addressed": addressed,
    "shippable": shippable,
    "was-awaiting": was_awaiting,
    "not-last-open": not_last_open,
}


def objections(move: Move, order: Fulfilment, shipment: Shipment, site: Site) -> list[Blocker]:
    """What the guards of `move` have against it, in the table's order."""
    answers = (GUARDS[name](order, shipment, site) for name in move.guards)
    return [objection for objection in answers if objection is not None]


def destination(
    trigger: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> ShipmentStatus | None:
    """Where `trigger` takes `shipment`, or None if the table or a guard says that it doesn't."""
    row = move(shipment.status, trigger)
    if row is None or objections(row, order, shipment, site):
        return None
    return shipment.before if row.target == BEFORE else row.target
