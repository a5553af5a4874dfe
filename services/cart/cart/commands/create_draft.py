"""Starting an order by hand."""

from collections.abc import Sequence

from services.cart.cart.allowed import why_no_change
from services.cart.cart.customer_lookup import record_of
from services.cart.cart.order_lookup import why_id_reused
from services.cart.cart.state import Cart
from shared.contracts import Malformed, Message, carts
from shared.contracts.address import Customer
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.identity import refuse_other


def create_draft(
    command: carts.CreateDraft, cart: Cart | None, context: Context
) -> Sequence[Message]:
    """A draft in one of the site's markets; raises `Malformed` if it has no such market.

    What isn't given of a customer is taken from the record.
    """
    customer = _introduced(command)
    if cart is not None:
        if context.same is None:
            refuse(why_no_change(cart))
        alike = cart.market == command.market and _is_no_other(customer, cart.customer)
        refuse_other(context, f"Cart {cart.cart_id}", alike)
        return []
    refuse(why_id_reused(command.cart_id, context))
    market = context.site.markets.get(command.market)
    if market is None:
        raise Malformed("market", f"no market is called {command.market}")
    created = carts.DraftCreated(
        cart_id=command.cart_id,
        market=command.market,
        currency=market.currency,
        customer=_filled(customer, context),
    )
    return [created]


def _filled(customer: Customer | None, context: Context) -> Customer | None:
    """The customer with what the record says and the command doesn't.

    Whom nobody has on record here may well be known elsewhere, as a checkout's customers are.
    """
    if customer is None or customer.customer_id is None:
        return customer
    record = record_of(customer.customer_id, context.known)
    contact = record.contact if record else customer
    return Customer(
        customer_id=customer.customer_id,
        name=customer.name or contact.name,
        email=customer.email or contact.email,
        phone=customer.phone or contact.phone,
    )


def _is_no_other(customer: Customer | None, there: Customer | None) -> bool:
    """Whether all that is said of `customer` is true of the one who is `there`."""
    if customer is None or there is None:
        return customer is there
    said = {name: value for name, value in customer if value}
    return said.items() <= dict(there).items()


def _introduced(command: carts.CreateDraft) -> Customer | None:
    """Who orders, from the id and the details that the command may give."""
    if command.customer_id is None or command.customer is None:
        known_by_id = Customer(customer_id=command.customer_id) if command.customer_id else None
        return command.customer or known_by_id
    if command.customer.customer_id not in (None, command.customer_id):
        raise Malformed("customer_id", "differs from the customer's own")
    return command.customer.model_copy(update={"customer_id": command.customer_id})
