"""Reaction to the deletion of a customer: their carts go too, unless they became orders."""

from collections.abc import Sequence

from services.cart.cart.state import Cart
from shared.contracts import Message, carts
from shared.contracts.customer_deletion import CartLosesCustomer, DeleteCart
from shared.runtime.decider import Context


def delete_with_customer(
    request: DeleteCart, cart: Cart | None, _context: Context
) -> Sequence[Message]:
    """Deletes the cart. One whose order is being placed waits for that; that of an order stays as
    long as the order.
    """
    if cart is None:
        return []
    if cart.converting is not None:
        return [CartLosesCustomer(cart_id=cart.cart_id, by=request.by, at=request.at)]
    if cart.status == "CheckedOut":
        return []
    return [carts.Deleted(cart_id=cart.cart_id, by=request.by, at=request.at)]
