"""Creates customers and updates their contact details (rules: Customers)."""

from collections.abc import Sequence

from services.cart.customer.preconditions import require_contact
from services.cart.customer.state import Customer
from shared.contracts import Message
from shared.contracts.customers import Create, Created, Update, Updated
from shared.runtime.decider import Context, rejected
from shared.runtime.decider.identity import require_same_content


def create(command: Create, customer: Customer | None, context: Context) -> Sequence[Message]:
    """Creates the customer. A repeat with the same details changes nothing."""
    if customer is not None and customer.contact is not None:
        alike = _details(command) == _details(customer.contact)
        require_same_content(context, f"Customer {command.customer_id}", alike)
        return []
    name, email, phone = _details(command)
    return [Created(customer_id=command.customer_id, name=name, email=email, phone=phone)]


def update(command: Update, customer: Customer | None, _context: Context) -> Sequence[Message]:
    """Changes name, email or phone; a field that isn't given stays, and null clears one.

    Raises `Rejected` if neither a name nor an email would be left: nobody could tell such a
    customer from another.
    """
    current = require_contact(customer, command.customer_id)
    cleared = command.cleared
    updated = Updated(
        customer_id=command.customer_id,
        name=None if "name" in cleared else command.name or current.name,
        email=None if "email" in cleared else command.email or current.email,
        phone=None if "phone" in cleared else command.phone or current.phone,
    )
    if _details(updated) == _details(current):
        return []
    if updated.name is None and updated.email is None:
        raise rejected("contact-needed")
    return [updated]


def _details(contact: Create | Created | Updated) -> tuple[str | None, str | None, str | None]:
    return contact.name, contact.email, contact.phone
