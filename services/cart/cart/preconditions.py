"""Preconditions of commands on a cart."""

from services.cart.cart.state import Cart
from shared.runtime.decider import Rejected, rejected


def require_cart(cart: Cart | None, cart_id: str) -> Cart:
    """Returns `cart`; raises `Rejected` if there is none. `cart_id` is for the message."""
    if cart is None:
        raise rejected("unknown-cart", cart=cart_id)
    return cart


def unknown_line(shipment_id: str, line_id: str) -> Rejected:
    """The rejection of a command on a line that the cart doesn't have."""
    return rejected("unknown-line", shipment=shipment_id, line=line_id)
