"""A cart is deleted: by itself, or with the order that it has become."""

from collections.abc import Sequence

from services.cart.requests import changeable
from services.cart.state import Cart
from shared.contracts import Message, carts, orders
from shared.runtime.decider import Context


def delete(command: carts.Delete, cart: Cart | None, context: Context) -> Sequence[Message]:
    """The cart is gone; an order that it has become is not deleted this way."""
    cart = changeable(cart, command.cart_id)
    return [carts.Deleted(cart_id=cart.cart_id, by=context.actor, at=context.now)]


def delete_with_order(
    fact: orders.Deleted, _cart: Cart | None, _context: Context
) -> Sequence[Message]:
    """Its order is gone, and so is the cart. One that was never here can't be started any more."""
    return [carts.Deleted(cart_id=fact.order_id, by=fact.by, at=fact.at)]
