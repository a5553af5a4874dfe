"""Who a customer is, and how to reach them (rules: Customers)."""

from collections.abc import Sequence

from services.cart.customer.preconditions import require_customer
from services.cart.customer.state import Customer
from shared.contracts import Message
from shared.contracts.customers import Create, Created, Update, Updated
from shared.runtime.decider import Context, rejected
from shared.runtime.decider.identity import refuse_other


def create(command: Create, customer: Customer | None, context: Context) -> Sequence[Message]:
    """A customer more. The same one again changes nothing."""
    if customer is not None:
        as_it_is = _told(command) == _told(customer.contact)
        refuse_other(context, f"Customer {command.customer_id}", as_it_is)
        return []
    name, email, phone = _told(command)
    return [Created(customer_id=command.customer_id, name=name, email=email, phone=phone)]


def update(command: Update, customer: Customer | None, _context: Context) -> Sequence[Message]:
    """Another name, email or phone; what isn't given stays, and what is null is cleared.

    A name or an email stays: who has neither couldn't be told from anybody else.
    """
    customer = require_customer(customer, command.customer_id)
    there, cleared = customer.contact, command.cleared
    updated = Updated(
        customer_id=customer.customer_id,
        name=None if "name" in cleared else command.name or there.name,
        email=None if "email" in cleared else command.email or there.email,
        phone=None if "phone" in cleared else command.phone or there.phone,
    )
    if _told(updated) == _told(there):
        return []
    if updated.name is None and updated.email is None:
        raise rejected("contact-needed")
    return [updated]


def _told(contact: Create | Created | Updated) -> tuple[str | None, str | None, str | None]:
    return contact.name, contact.email, contact.phone
