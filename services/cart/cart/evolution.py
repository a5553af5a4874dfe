"""How events change a cart."""

from collections.abc import Callable, Mapping
from typing import Any

from services.cart.cart.state import Cart, Shipment
from shared.contracts import Message, carts
from shared.contracts.customer_deletion import CartLosesCustomer
from shared.contracts.money import zero
from shared.contracts.reorders import CartReordered, CartReorderRefused


def evolve(cart: Cart | None, event: Message) -> Cart | None:
    """Returns the state after `event`. Changes `cart` in place, except on `DraftCreated`."""
    if isinstance(event, carts.DraftCreated):
        return Cart(event.cart_id, event.market, event.currency, event.customer)
    if cart is not None and isinstance(event, carts.Happened):
        _EVOLVE[type(event)](cart, event)
        for line in event.totals.changed if event.totals else ():
            cart.line_amounts[line.shipment_id, line.line_id] = (line.discount, line.tax)
    return cart


def _shipment_set(cart: Cart, event: carts.ShipmentSet) -> None:
    shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
    shipment.destination = event.model_copy(update={"totals": None})


def _line_set(cart: Cart, event: carts.LineSet) -> None:
    shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
    shipment.lines[event.line_id] = event.model_copy(update={"totals": None})
    shipment.removed.discard(event.line_id)
    if event.totals is None:
        cart.line_amounts[event.shipment_id, event.line_id] = (zero(cart.currency), event.tax)


def _line_removed(cart: Cart, event: carts.LineRemoved) -> None:
    shipment = cart.shipments[event.shipment_id]
    del shipment.lines[event.line_id]
    shipment.removed.add(event.line_id)
    cart.line_amounts.pop((event.shipment_id, event.line_id), None)
    cart.discounts.pop((event.shipment_id, event.line_id), None)


def _coupon_applied(cart: Cart, event: carts.CouponApplied) -> None:
    cart.coupons.append(event.code)
    cart.coupons_removed.discard(event.code)


def _coupon_removed(cart: Cart, event: carts.CouponRemoved) -> None:
    cart.coupons.remove(event.code)
    cart.coupons_removed.add(event.code)


def _discount_set(cart: Cart, event: carts.DiscountSet) -> None:
    if event.shipment_id is None or event.line_id is None:
        cart.order_discount = event.amount
    elif event.amount:
        cart.discounts[event.shipment_id, event.line_id] = event.amount
    else:
        cart.discounts.pop((event.shipment_id, event.line_id), None)


def _checked_out(cart: Cart, event: carts.CheckedOut) -> None:
    cart.status, cart.converting = "CheckedOut", event.request


def _order_placed(cart: Cart, _: carts.OrderPlaced) -> None:
    cart.converting = None


def _convert_refused(cart: Cart, event: carts.ConvertRefused) -> None:
    cart.status, cart.converting, cart.refusal = "Open", None, event.reason


def _customer_deleted(cart: Cart, event: CartLosesCustomer) -> None:
    cart.customer_deleted = event


def _unchanged(cart: Cart, event: Message) -> None:
    """An answer to the order service; it changes nothing in the cart."""


_EVOLVE: Mapping[type[Message], Callable[[Cart, Any], None]] = {
    carts.ShipmentSet: _shipment_set,
    carts.LineSet: _line_set,
    carts.LineRemoved: _line_removed,
    carts.CouponApplied: _coupon_applied,
    carts.CouponRemoved: _coupon_removed,
    carts.DiscountSet: _discount_set,
    carts.CheckedOut: _checked_out,
    carts.OrderPlaced: _order_placed,
    carts.ConvertRefused: _convert_refused,
    CartLosesCustomer: _customer_deleted,
    CartReordered: _unchanged,
    CartReorderRefused: _unchanged,
}


EVENTS: tuple[type[Message], ...] = (carts.DraftCreated, *_EVOLVE, carts.Deleted)
