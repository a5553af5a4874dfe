"""Blockers of changes to a customer."""

from services.cart.customer.state import Customer
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker

MAX_ADDRESSES = 100


def why_no_more_addresses(customer: Customer) -> tuple[Blocker, ...]:
    """Why the address book takes no further address: it holds at most `MAX_ADDRESSES`."""
    if len(customer.addresses) < MAX_ADDRESSES:
        return ()
    return (blocker("address-book-full", most=MAX_ADDRESSES),)
