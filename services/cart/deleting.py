"""A cart is deleted: by itself, or with the order that it has become."""

from collections.abc import Sequence

from services.cart.requests import changeable
from services.cart.state import Cart
from shared.contracts import Message, carts, orders
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, Settlement
from shared.runtime.deletion import was_deleted


def delete(command: carts.Delete, cart: Cart | None, context: Context) -> Sequence[Message]:
    """The cart is gone; an order that it has become is not deleted this way."""
    cart = changeable(cart, command.cart_id)
    return [carts.Deleted(cart_id=cart.cart_id, by=context.actor, at=context.now)]


def delete_with_order(fact: orders.Deleted, cart: Cart | None, _context: Context) -> Decision:
    """Its order is gone, and so is the cart. One that was never here can't be started any more.

    Whoever waits for the order hears that it was deleted.
    """
    gone = carts.Deleted(cart_id=fact.order_id, by=fact.by, at=fact.at)
    if cart is None or cart.converting is None:
        return Decision([gone])
    deleted = Reason.of(was_deleted(f"Order {fact.order_number}", fact.at, fact.by))
    return Decision([gone], settles=[Settlement(cart.converting, deleted)])
