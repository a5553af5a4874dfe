"""Reaction to the deletion of an order: its cart is deleted too."""

from services.cart.cart.state import Cart
from shared.contracts import carts, orders
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, DeferredOutcome
from shared.runtime.decider.deletion import was_deleted


def delete_with_order(fact: orders.Deleted, cart: Cart | None, _context: Context) -> Decision:
    """Deletes the cart of a deleted order. A cart that doesn't exist can't be created any more.

    A pending conversion is settled with the reason that the order was deleted.
    """
    deleted = carts.Deleted(cart_id=fact.order_id, by=fact.by, at=fact.at)
    if cart is None or cart.converting is None:
        return Decision([deleted])
    reason = Reason.of(was_deleted(f"Order {fact.order_number}", fact.at, fact.by))
    return Decision([deleted], outcomes=[DeferredOutcome(cart.converting, reason)])
