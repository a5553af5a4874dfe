"""Applies and removes coupons, and sets manual discounts."""

from collections.abc import Sequence
from decimal import Decimal

from services.cart.cart.allowed import require_market, require_open_cart
from services.cart.cart.coupon_rules import why_no_coupon, why_no_more_coupons
from services.cart.cart.preconditions import unknown_line
from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import (
    ApplyCoupon,
    CouponApplied,
    CouponRemoved,
    DiscountSet,
    RemoveCoupon,
    SetDiscount,
)
from shared.contracts.money import exact, zero
from shared.runtime.decider import Context, refuse, rejected


def apply_coupon(command: ApplyCoupon, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Applies a coupon. It stays applied even while it takes nothing off."""
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    refuse(why_no_coupon(command.code, cart, context.site, context.now))
    refuse(why_no_more_coupons(cart))
    return [CouponApplied(cart_id=cart.cart_id, code=command.code.upper())]


def remove_coupon(command: RemoveCoupon, cart: Cart | None, _context: Context) -> Sequence[Message]:
    """Removes a coupon. Removing it a second time changes nothing."""
    cart = require_open_cart(cart, command.cart_id)
    code = command.code.upper()
    if code in cart.coupons:
        return [CouponRemoved(cart_id=cart.cart_id, code=code)]
    if code in cart.coupons_removed:
        return []
    raise rejected("coupon-not-applied", coupon=code)


def set_discount(command: SetDiscount, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Sets the manual discount of a line or of the order, in place of an earlier one.

    Raises `Rejected` if the amount exceeds what the other discounts leave now. If less is left
    later, the discount takes off only that.
    """
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    amount = exact(command.amount, cart.currency, "amount")
    if amount == _current_discount(command, cart):
        return []
    highest = _max_discount(command, cart, context)
    if amount > highest:
        facts = {"amount": amount, "most": highest, "currency": cart.currency}
        raise rejected("discount-too-big", **facts)
    discount = DiscountSet(
        cart_id=cart.cart_id,
        amount=amount,
        shipment_id=command.shipment_id,
        line_id=command.line_id,
    )
    return [discount]


def _current_discount(command: SetDiscount, cart: Cart) -> Decimal:
    """The manual discount that is set now."""
    if command.shipment_id is None or command.line_id is None:
        return cart.order_discount
    return cart.discounts.get((command.shipment_id, command.line_id), zero(cart.currency))


def _max_discount(command: SetDiscount, cart: Cart, context: Context) -> Decimal:
    """The highest amount possible: what other discounts leave of the line or the order."""
    without = cart.copy()
    if command.shipment_id is None or command.line_id is None:
        without.order_discount = zero(cart.currency)
        totals = price(without, context.site, context.now).totals
        return totals.lines - totals.line_discounts - totals.order_discount
    line = cart.line(command.shipment_id, command.line_id)
    if line is None:
        raise unknown_line(command.shipment_id, command.line_id)
    without.discounts.pop((command.shipment_id, command.line_id), None)
    lines = price(without, context.site, context.now).lines
    priced = lines[command.shipment_id, command.line_id]
    return line.quantity * line.placed_price - priced.discount
