"""What every change of a customer needs: a customer."""

from services.cart.customer.state import Customer
from shared.runtime.decider import rejected


def require_customer(customer: Customer | None, customer_id: str) -> Customer:
    """`customer`, or a refusal of the command that is about them."""
    if customer is None:
        raise rejected("unknown-customer", customer=customer_id)
    return customer
