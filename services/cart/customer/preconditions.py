"""Preconditions of commands on a customer."""

from services.cart.customer.state import Customer
from shared.contracts import customers
from shared.runtime.decider import rejected


def require_customer(customer: Customer | None, customer_id: str) -> Customer:
    """Returns `customer`; raises `Rejected` if it isn't on record. `customer_id` is for the
    message.
    """
    if customer is None or customer.contact is None:
        raise rejected("unknown-customer", customer=customer_id)
    return customer


def require_contact(
    customer: Customer | None, customer_id: str
) -> customers.Created | customers.Updated:
    """Returns the customer's contact details; raises `Rejected` if it isn't on record."""
    if customer is None or customer.contact is None:
        raise rejected("unknown-customer", customer=customer_id)
    return customer.contact
