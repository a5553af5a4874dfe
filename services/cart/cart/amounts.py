"""The amounts of a cart, for dry runs."""

from services.cart.cart.allowed import why_no_market
from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from shared.contracts.replies import Amounts
from shared.runtime.decider import Context


def amounts(cart: Cart | None, context: Context) -> Amounts | None:
    """Returns total, discounts and tax of a cart; None while there is none, or no market for it."""
    if cart is None or why_no_market(cart, context.site):
        return None
    totals = price(cart, context.site, context.now).totals
    return Amounts(
        currency=cart.currency,
        total=totals.total,
        discount=totals.line_discounts + totals.order_discount + totals.shipping_discount,
        tax=totals.tax,
    )
