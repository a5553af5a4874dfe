"""Creates drafts: carts that customer service fills by hand."""

from collections.abc import Sequence

from services.cart.cart.allowed import why_no_change
from services.cart.cart.customer_lookup import customer_record, why_customer_gone
from services.cart.cart.order_lookup import why_id_reused
from services.cart.cart.state import Cart
from shared.contracts import Malformed, Message, carts
from shared.contracts.address import Customer
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.identity import require_same_content


def create_draft(
    command: carts.CreateDraft, cart: Cart | None, context: Context
) -> Sequence[Message]:
    """Creates a draft in one of the site's markets. A repeat with the same content changes nothing.

    Details of the customer that aren't given come from the customer's record. Raises `Malformed`
    if the site has no such market.
    """
    customer = _given_customer(command)
    if cart is not None:
        if context.same is None:
            refuse(why_no_change(cart))
        alike = cart.market == command.market and _matches(customer, cart.customer)
        require_same_content(context, f"Cart {cart.cart_id}", alike)
        return []
    refuse(why_id_reused(command.cart_id, context))
    refuse(why_customer_gone(customer.customer_id if customer else None, context.known))
    market = context.site.markets.get(command.market)
    if market is None:
        raise Malformed("market", f"no market is called {command.market}")
    created = carts.DraftCreated(
        cart_id=command.cart_id,
        market=command.market,
        currency=market.currency,
        customer=_completed(customer, context),
    )
    return [created]


def _completed(customer: Customer | None, context: Context) -> Customer | None:
    """`customer` with the details that only the record has.

    An unknown id is kept: the customer may be known elsewhere, as those of checkouts are.
    """
    if customer is None or customer.customer_id is None:
        return customer
    record = customer_record(customer.customer_id, context.known)
    contact = (record.contact if record else None) or customer
    return Customer(
        customer_id=customer.customer_id,
        name=customer.name or contact.name,
        email=customer.email or contact.email,
        phone=customer.phone or contact.phone,
    )


def _matches(customer: Customer | None, current: Customer | None) -> bool:
    """Whether every detail given in `customer` equals that of `current`."""
    if customer is None or current is None:
        return customer is current
    given = {name: value for name, value in customer if value}
    return given.items() <= dict(current).items()


def _given_customer(command: carts.CreateDraft) -> Customer | None:
    """The customer in the command, from the id and the details; both are optional."""
    if command.customer_id is None or command.customer is None:
        id_only = Customer(customer_id=command.customer_id) if command.customer_id else None
        return command.customer or id_only
    if command.customer.customer_id not in (None, command.customer_id):
        raise Malformed("customer_id", "differs from the customer's own")
    return command.customer.model_copy(update={"customer_id": command.customer_id})
