"""Reaction to the order service's answer to a converted draft."""

from services.cart.cart.preconditions import require_cart
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import ConvertRefused, Deleted, OrderPlaced, SettleConvert
from shared.runtime.decider import Context, Decision, DeferredOutcome


def settle_convert(answer: SettleConvert, cart: Cart | None, _context: Context) -> Decision:
    """Records that the order is placed, or why not, and settles the deferred command.

    The refused cart of a customer who was deleted meanwhile is deleted.
    """
    cart = require_cart(cart, answer.cart_id)
    request = cart.converting
    if request is None:
        return Decision()
    outcomes = [DeferredOutcome(request, answer.refusal)]
    if answer.refusal is None:
        placed = OrderPlaced(cart_id=cart.cart_id, order_number=answer.order_number)
        return Decision([placed], outcomes=outcomes)
    events: list[Message] = [ConvertRefused(cart_id=cart.cart_id, reason=answer.refusal)]
    if (gone := cart.customer_deleted) is not None:
        events.append(Deleted(cart_id=cart.cart_id, by=gone.by, at=gone.at))
    return Decision(events, outcomes=outcomes)
