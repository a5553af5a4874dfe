"""Converts a cart to a purchase order (rules: Orders, "convert to purchase order").

The command's outcome is deferred until the order is placed. The order service refuses a cart
whose id belongs to another order: then the draft is open again.
"""

from collections.abc import Sequence

from services.cart.cart.allowed import CONVERT_PENDING, why_no_convert
from services.cart.cart.converted_cart import converted_shipments
from services.cart.cart.preconditions import require_cart
from services.cart.cart.pricing import price, pricing
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import CheckedOut, Convert
from shared.contracts.checkout import CartConverted
from shared.runtime.decider import Context, refuse


def convert(command: Convert, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Checks out the cart; payment may follow by phone. Does nothing if it is an order already.

    Coupons that no longer apply are left out; the event's totals give the reason. The pricing
    rules also hold coupons that may apply after an edit of the lines.
    """
    cart = require_cart(cart, command.cart_id)
    if cart.converting is not None:
        refuse((CONVERT_PENDING,))
    if cart.status == "CheckedOut":
        return []
    refuse(why_no_convert(cart, context.site, context.now))
    prices = price(cart, context.site, context.now)
    content = CartConverted(
        cart_id=cart.cart_id,
        market=cart.market,
        currency=cart.currency,
        converted_at=context.now,
        customer=cart.customer,
        coupons=prices.coupons,
        order_discount=prices.totals.order_discount or None,
        shipments=converted_shipments(cart, prices),
        draft=True,
        manual_discount=cart.order_discount or None,
        pricing=pricing(cart, context.site, context.now),
    )
    checked_out = CheckedOut(
        cart_id=cart.cart_id,
        total=prices.totals.total,
        lines=cart.line_count,
        cart=content,
        request=context.cause,
    )
    return [checked_out]
