"""Starting an order by hand."""

from collections.abc import Sequence

from services.cart.requests import changeable
from services.cart.state import Cart
from shared.contracts import Malformed, Message, carts
from shared.contracts.address import Customer
from shared.runtime.decider import Context, Rejected


def create_draft(
    command: carts.CreateDraft, cart: Cart | None, context: Context
) -> Sequence[Message]:
    """A draft in one of the site's markets; raises `Malformed` if it has no such market."""
    customer = _customer(command)
    if cart is not None:
        cart = changeable(cart, command.cart_id)
        if (cart.market, cart.customer) == (command.market, customer):
            return []
        raise Rejected("cart-exists", f"Cart {cart.cart_id} is there already, and differs.")
    market = context.site.markets.get(command.market)
    if market is None:
        raise Malformed("market", f"no market is called {command.market}")
    created = carts.DraftCreated(
        cart_id=command.cart_id,
        market=command.market,
        currency=market.currency,
        customer=customer,
    )
    return [created]


def _customer(command: carts.CreateDraft) -> Customer | None:
    """Who orders, from the id and the details that the command may give."""
    if command.customer_id is None or command.customer is None:
        known_by_id = Customer(customer_id=command.customer_id) if command.customer_id else None
        return command.customer or known_by_id
    if command.customer.customer_id not in (None, command.customer_id):
        raise Malformed("customer_id", "differs from the customer's own")
    return command.customer.model_copy(update={"customer_id": command.customer_id})
