"""What every command on a cart requires: a cart, and its lines."""

from services.cart.cart.state import Cart
from shared.runtime.decider import Rejected, rejected


def require_cart(cart: Cart | None, cart_id: str) -> Cart:
    """`cart`, or a refusal of the command that is about it."""
    if cart is None:
        raise rejected("unknown-cart", cart=cart_id)
    return cart


def unknown_line(shipment_id: str, line_id: str) -> Rejected:
    """The refusal of a command about a line that isn't there."""
    return rejected("unknown-line", shipment=shipment_id, line=line_id)
