"""A cart is deleted with the order that it became."""

from services.cart.cart.state import Cart
from shared.contracts import carts, orders
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, DeferredOutcome
from shared.runtime.decider.deletion import was_deleted


def delete_with_order(fact: orders.Deleted, cart: Cart | None, _context: Context) -> Decision:
    """Its order is gone, and so is the cart. One that was never here can't be started any more.

    Whoever waits for the order hears that it was deleted.
    """
    gone = carts.Deleted(cart_id=fact.order_id, by=fact.by, at=fact.at)
    if cart is None or cart.converting is None:
        return Decision([gone])
    deleted = Reason.of(was_deleted(f"Order {fact.order_number}", fact.at, fact.by))
    return Decision([gone], settles=[DeferredOutcome(cart.converting, deleted)])
