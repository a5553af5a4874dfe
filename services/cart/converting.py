"""A cart becomes a purchase order (rules: Orders, "convert to purchase order")."""

from collections.abc import Sequence

from services.cart.actions import why_no_convert
from services.cart.content import converted_shipments
from services.cart.pricing import price
from services.cart.requests import known
from services.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import CheckedOut, Convert
from shared.contracts.checkout import CartConverted
from shared.runtime.decider import Context, refuse


def convert(command: Convert, cart: Cart | None, context: Context) -> Sequence[Message]:
    """The cart, checked out; payment may follow by phone. Once more changes nothing.

    Coupons that don't count any more stay behind; the event's totals say why.
    """
    cart = known(cart, command.cart_id)
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
    )
    checked_out = CheckedOut(
        cart_id=cart.cart_id, total=prices.totals.total, lines=cart.line_count, cart=content
    )
    return [checked_out]
