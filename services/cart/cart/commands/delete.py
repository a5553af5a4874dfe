"""Deletes carts."""

from collections.abc import Sequence

from services.cart.cart.allowed import require_open_cart
from services.cart.cart.state import Cart
from shared.contracts import Message, carts
from shared.runtime.decider import Context


def delete(command: carts.Delete, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Deletes the cart. Raises `Rejected` if it became an order."""
    cart = require_open_cart(cart, command.cart_id)
    return [carts.Deleted(cart_id=cart.cart_id, by=context.actor, at=context.now)]
