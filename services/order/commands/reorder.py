"""Reorder an order as a draft (rules: Orders, "reorder"): the cart service is asked to create it.

Whoever asked gets the outcome once the draft exists, or the reason why it doesn't.
"""

from services.order.allowed import REORDER_PENDING, why_no_reorder
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts.reorders import Reorder, ReorderRequested
from shared.runtime.decider import Context, Decision, refuse


def reorder(command: Reorder, order: Order | None, context: Context) -> Decision:
    """Requests a draft with the order's content.

    Nothing if this draft was created from it already.
    """
    order = require_order(order, command.order_id)
    if command.cart_id in order.drafts:
        return Decision()
    refuse(why_no_reorder(order, context.site))
    if command.cart_id in order.reorders:
        refuse((REORDER_PENDING,))
    market = context.site.markets.get(order.market)
    asked = ReorderRequested(
        order_id=order.order_id,
        request=context.cause,
        cart_id=command.cart_id,
        order_number=order.number,
        market=order.market,
        currency=order.content.currency,
        warehouse=market.warehouse if market else None,
        customer=order.content.customer,
        coupons=order.content.coupons,
        shipments=order.content.shipments,
        others=market.warehouses[1:] if market else (),
    )
    return Decision([asked], deferred=True)
