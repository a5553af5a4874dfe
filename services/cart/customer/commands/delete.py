"""Deletes a customer (docs/decisions/0044).

Contact data, address book and drafts go at once. With their orders, each order is asked first
whether it may be deleted, so that nothing is deleted if one has to stay.
"""

from collections.abc import Iterable, Sequence

from services.cart.cart.order_lookup import ORDERS
from services.cart.customer.allowed import why_no_delete
from services.cart.customer.state import Customer
from shared.contracts import Message
from shared.contracts.customer_deletion import Delete, Deleted, DeleteRequested
from shared.runtime.decider import Context, Decision, refuse, rejected


def delete_lookups(command: Delete, _: Customer | None) -> Iterable[str]:
    """The key of the customer's orders, if they are to be deleted too."""
    return [ORDERS.owned_by(command.customer_id)] if command.orders else []


def delete(command: Delete, customer: Customer | None, context: Context) -> Decision:
    """Deletes the customer, or requests it from their orders.

    Raises `Rejected` for an unknown customer; one who isn't on record may have drafts and orders.
    """
    orders = _orders(command, context)
    known = customer is not None and (customer.contact is not None or customer.carts)
    if not known and not orders:
        raise rejected("unknown-customer", customer=command.customer_id)
    customer = customer or Customer(command.customer_id)
    refuse(why_no_delete(customer))
    if not orders:
        return Decision([deleted(customer, context.actor, context, 0 if command.orders else None)])
    asked = DeleteRequested(
        customer_id=command.customer_id, request=context.cause, by=context.actor, orders=orders
    )
    return Decision([asked], deferred=True)


def delete_again(command: Delete, gone: Deleted, _context: Context) -> Sequence[Message]:
    """Accepts a repeat. Raises `Rejected` if the orders were to stay and are to go now: the
    customer's stream no longer answers for them.
    """
    if command.orders and gone.orders is None:
        raise rejected("deleted.orders-stayed", customer=gone.customer_id)
    return []


def deleted(customer: Customer, by: str | None, context: Context, orders: int | None) -> Deleted:
    """Returns the tombstone. `orders` is the number of deleted orders; None if they stay."""
    return Deleted(
        customer_id=customer.customer_id,
        by=by,
        at=context.now,
        carts=tuple(customer.carts),
        orders=orders,
    )


def _orders(command: Delete, context: Context) -> tuple[str, ...]:
    found = context.known.get(ORDERS.owned_by(command.customer_id), {}) if command.orders else {}
    return tuple(sorted(found))
