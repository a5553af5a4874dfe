"""An order once more, as a draft (rules: Orders, "reorder"): the cart service is asked to make it.

Whoever asked has their outcome when the draft is there, or why it isn't.
"""

from services.order.actions import REORDER_PENDING, why_no_reorder
from services.order.requests import known
from services.order.state import Order
from shared.contracts import Message
from shared.contracts.reorders import (
    OrderReordered,
    OrderReorderRefused,
    Reorder,
    ReorderRequested,
    SettleReorder,
)
from shared.runtime.decider import Context, Decision, Settlement, refuse


def reorder(command: Reorder, order: Order | None, context: Context) -> Decision:
    """Asks for a draft with all that the order holds; nothing if this very draft was made of it."""
    order = known(order, command.order_id)
    if command.cart_id in order.drafts:
        return Decision()
    refuse(why_no_reorder(order))
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
    )
    return Decision([asked], deferred=True)


def settle_reorder(answer: SettleReorder, order: Order | None, _context: Context) -> Decision:
    """The draft is there, or why not; who asked for it is told."""
    order = known(order, answer.order_id)
    request = order.reorders.get(answer.cart_id)
    if request is None:
        return Decision()
    about = {"order_id": order.order_id, "order_number": order.number, "cart_id": answer.cart_id}
    happened: Message = (
        OrderReordered(**about)
        if answer.refusal is None
        else OrderReorderRefused(**about, reason=answer.refusal)
    )
    return Decision([happened], settles=[Settlement(request, answer.refusal)])
