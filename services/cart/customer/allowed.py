"""Blockers of changes to a customer."""

from services.cart.customer.state import Customer
from shared.contracts.customer_deletion import Deleted
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker
from shared.runtime.decider.deletion import was_deleted

MAX_ADDRESSES = 100


def why_no_more_addresses(customer: Customer) -> tuple[Blocker, ...]:
    """Why the address book takes no further address: it holds at most `MAX_ADDRESSES`."""
    if len(customer.addresses) < MAX_ADDRESSES:
        return ()
    return (blocker("address-book-full", most=MAX_ADDRESSES),)


def why_no_delete(customer: Customer) -> tuple[Blocker, ...]:
    """Why the customer can't be deleted: a deletion with all orders is under way."""
    return (blocker("customer-delete-pending"),) if customer.deletion else ()


def why_gone(deleted: Deleted) -> Blocker:
    """Why no action on the customer is possible: it was deleted."""
    return was_deleted(f"Customer {deleted.customer_id}", deleted.at, deleted.by)
