"""The cart service's answer to a reorder."""

from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import Message
from shared.contracts.reorders import OrderReordered, OrderReorderRefused, SettleReorder
from shared.runtime.decider import Context, Decision, DeferredOutcome


def confirm_reorder(answer: SettleReorder, order: Order | None, _context: Context) -> Decision:
    """Records that the draft was created, or why not, and settles the outcome."""
    order = require_order(order, answer.order_id)
    request = order.reorders.get(answer.cart_id)
    if request is None:
        return Decision()
    about = {"order_id": order.order_id, "order_number": order.number, "cart_id": answer.cart_id}
    happened: Message = (
        OrderReordered(**about)
        if answer.refusal is None
        else OrderReorderRefused(**about, reason=answer.refusal)
    )
    return Decision([happened], outcomes=[DeferredOutcome(request, answer.refusal)])
