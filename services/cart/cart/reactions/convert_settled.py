"""Reaction to the order service's answer to a converted draft."""

from services.cart.cart.preconditions import require_cart
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import ConvertRefused, OrderPlaced, SettleConvert
from shared.runtime.decider import Context, Decision, DeferredOutcome


def settle_convert(answer: SettleConvert, cart: Cart | None, _context: Context) -> Decision:
    """Records that the order is placed, or why not, and settles the deferred command."""
    cart = require_cart(cart, answer.cart_id)
    request = cart.converting
    if request is None:
        return Decision()
    event: Message = (
        OrderPlaced(cart_id=cart.cart_id, order_number=answer.order_number)
        if answer.refusal is None
        else ConvertRefused(cart_id=cart.cart_id, reason=answer.refusal)
    )
    return Decision([event], outcomes=[DeferredOutcome(request, answer.refusal)])
