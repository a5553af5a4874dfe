"""What stands in the way of a change to a customer."""

from services.cart.customer.state import Customer
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker

MAX_ADDRESSES = 100


def why_no_room(customer: Customer) -> tuple[Blocker, ...]:
    """An address book has an end."""
    if len(customer.addresses) < MAX_ADDRESSES:
        return ()
    return (blocker("address-book-full", most=MAX_ADDRESSES),)
