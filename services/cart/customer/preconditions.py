"""Preconditions of commands on a customer."""

from services.cart.customer.state import Customer
from shared.runtime.decider import rejected


def require_customer(customer: Customer | None, customer_id: str) -> Customer:
    """Returns `customer`; raises `Rejected` if there is none. `customer_id` is for the message."""
    if customer is None:
        raise rejected("unknown-customer", customer=customer_id)
    return customer
