"""The guards of the lifecycle: each returns a blocker, or None if its condition holds."""

from collections.abc import Callable, Mapping
from typing import Final

from services.shipment.fulfilment.lifecycle import BEFORE, Move, Trigger, move
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts.error_texts import blocker
from shared.contracts.holds import STOPS, Stop, stopping
from shared.contracts.replies import Blocker
from shared.contracts.shipments import ShipmentStatus
from shared.contracts.text import is_visible
from shared.site import Site
from shared.site.hold_texts import on_hold

Guard = Callable[[Fulfilment, Shipment, Site], Blocker | None]


def why_stopped(order: Fulfilment, site: Site, *stops: Stop) -> Blocker | None:
    """The blocker that names the holds which stop one of these actions."""
    return on_hold(stopping(order.holds, *stops), site)


def not_on_hold(order: Fulfilment, _: Shipment, site: Site) -> Blocker | None:
    """No hold stops releasing."""
    return why_stopped(order, site, "release")


def picking_not_stopped(order: Fulfilment, _: Shipment, site: Site) -> Blocker | None:
    """No hold stops picking."""
    return why_stopped(order, site, "pick")


def shipping_not_stopped(order: Fulfilment, _: Shipment, site: Site) -> Blocker | None:
    """No hold stops packing or shipping: what isn't packed can't ship."""
    return why_stopped(order, site, "pack", "ship")


def paid_in_full(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """The order is paid in full: it may be created unpaid, but must be paid before release."""
    if order.paid_in_full:
        return None
    if order.outstanding is None or order.outstanding <= 0:
        return blocker("not-paid")
    owed = f"{order.outstanding:f}"
    return blocker("not-paid.owes", outstanding=owed, currency=order.currency or "")


def total_known(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """The order's new total is known: after an edit of its lines it may not be paid any more."""
    return blocker("total-pending") if order.unpriced else None


def paid_or_preorder(order: Fulfilment, shipment: Shipment, site: Site) -> Blocker | None:
    """The order is paid in full, or the shipment is a preorder and its market supports these."""
    market = site.markets.get(shipment.market)
    if shipment.preorder and market is not None and market.preorders:
        return None
    return total_known(order, shipment, site) or paid_in_full(order, shipment, site)


def not_requested(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """Stock wasn't requested for the shipment yet."""
    return blocker("stock-asked") if shipment.stock_requested else None


def addressed(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """The address is complete enough for a warehouse."""
    address = shipment.address
    if all(map(is_visible, (address.name, address.line1, address.city, address.country))):
        return None
    return blocker("no-address")


def shippable(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """The shipping method is set."""
    return None if shipment.shipping_method else blocker("no-shipping-method")


def was_awaiting(_: Fulfilment, shipment: Shipment, __: Site) -> Blocker | None:
    """The shipment awaited inventory when the order was put on hold, and has none yet."""
    if shipment.status_before_hold == "AwaitingInventory" and not shipment.stock_assigned:
        return None
    return blocker("has-inventory")


def market_splits(_: Fulfilment, shipment: Shipment, site: Site) -> Blocker | None:
    """The market splits shipments over several warehouses, and this one wasn't split before."""
    market = site.markets.get(shipment.market)
    if market is not None and market.split and not shipment.keep_whole:
        return None
    return blocker("stays-whole")


def no_hold(order: Fulfilment, _: Shipment, site: Site) -> Blocker | None:
    """No hold stops anything: lines aren't edited then, so they aren't split either."""
    return why_stopped(order, site, *STOPS)


def nothing_shipped(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """Nothing of the order has shipped: lines aren't edited then, so they aren't split either."""
    shipped = [each.shipment_id for each in order.any_in("Shipped")]
    return blocker("already-shipped", shipments=", ".join(shipped)) if shipped else None


def not_last_open(order: Fulfilment, _: Shipment, __: Site) -> Blocker | None:
    """The shipment isn't the last open one of an order that a hold stops from being canceled."""
    if "cancel" not in order.stopped or len(order.open) > 1:
        return None
    return blocker("last-open-on-hold")


GUARDS: Final[Mapping[str, Guard]] = {
    "paid-or-preorder": paid_or_preorder,
    "not-requested": not_requested,
    "not-on-hold": not_on_hold,
    "picking-not-stopped": picking_not_stopped,
    "shipping-not-stopped": shipping_not_stopped,
    "total-known": total_known,
    "paid-in-full": paid_in_full,
    "addressed": addressed,
    "shippable": shippable,
    "was-awaiting": was_awaiting,
    "market-splits": market_splits,
    "no-hold": no_hold,
    "nothing-shipped": nothing_shipped,
    "not-last-open": not_last_open,
}


def guard_blockers(move: Move, order: Fulfilment, shipment: Shipment, site: Site) -> list[Blocker]:
    """The blockers that the guards of `move` return, in the table's order."""
    blockers = (GUARDS[name](order, shipment, site) for name in move.guards)
    return [each for each in blockers if each is not None]


def destination(
    trigger: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> ShipmentStatus | None:
    """The status after `trigger`; None if the table has no such row or a guard blocks it."""
    row = move(shipment.status, trigger)
    if row is None or guard_blockers(row, order, shipment, site):
        return None
    return shipment.status_before_hold if row.target == BEFORE else row.target
