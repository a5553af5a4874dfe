"""What every change of a cart needs: a cart that can change, and its market."""

from services.cart.actions import why_no_change, why_no_market
from services.cart.state import Cart
from shared.runtime.decider import Context, Rejected, refuse, rejected
from shared.site import Market


def known(cart: Cart | None, cart_id: str) -> Cart:
    """`cart`, or a refusal of the command that is about it."""
    if cart is None:
        raise rejected("unknown-cart", cart=cart_id)
    return cart


def changeable(cart: Cart | None, cart_id: str) -> Cart:
    """`cart`, or a refusal if there is none, or none that changes any more."""
    cart = known(cart, cart_id)
    refuse(why_no_change(cart))
    return cart


def market_for(cart: Cart, context: Context) -> Market:
    """The cart's market, or a refusal if the site has it no more."""
    refuse(why_no_market(cart, context.site))
    return context.site.markets[cart.market]


def unknown_line(shipment_id: str, line_id: str) -> Rejected:
    """The refusal of a command about a line that isn't there."""
    return rejected("unknown-line", shipment=shipment_id, line=line_id)
