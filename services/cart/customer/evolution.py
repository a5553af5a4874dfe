"""How events change a customer."""

from collections.abc import Callable, Mapping
from typing import Any

from services.cart.customer.state import Customer, Deletion
from shared.contracts import Message, customers
from shared.contracts import customer_deletion as deletions


def evolve(customer: Customer | None, event: Message) -> Customer | None:
    """Returns the state after `event`. Changes `customer` in place."""
    if customer is None:
        customer = Customer(event.customer_id)  # type: ignore[attr-defined]
    _EVOLVE[type(event)](customer, event)
    return customer


def _contact_set(customer: Customer, event: customers.Created | customers.Updated) -> None:
    customer.contact = event


def _address_set(
    customer: Customer, event: customers.AddressAdded | customers.AddressChanged
) -> None:
    customer.addresses[event.address_id] = event.address
    customer.removed.discard(event.address_id)


def _address_removed(customer: Customer, event: customers.AddressRemoved) -> None:
    del customer.addresses[event.address_id]
    customer.removed.add(event.address_id)


def _cart_noted(customer: Customer, event: deletions.CartNoted) -> None:
    customer.carts[event.cart_id] = None


def _delete_requested(customer: Customer, event: deletions.DeleteRequested) -> None:
    customer.deletion = Deletion(event.request, event.by, event.orders, set(event.orders))


def _order_answered(customer: Customer, event: deletions.OrderAnswered) -> None:
    if customer.deletion is not None:
        customer.deletion.waiting.discard(event.order_id)
        customer.deletion.blockers += event.refusal.blockers if event.refusal else ()


def _orders_agreed(customer: Customer, event: deletions.OrdersAgreed) -> None:
    if customer.deletion is not None:
        customer.deletion.asking = False
        customer.deletion.waiting = set(event.orders)


def _delete_refused(customer: Customer, _event: deletions.DeleteRefused) -> None:
    customer.deletion = None


_EVOLVE: Mapping[type[Message], Callable[[Customer, Any], None]] = {
    customers.Created: _contact_set,
    customers.Updated: _contact_set,
    customers.AddressAdded: _address_set,
    customers.AddressChanged: _address_set,
    customers.AddressRemoved: _address_removed,
    deletions.CartNoted: _cart_noted,
    deletions.DeleteRequested: _delete_requested,
    deletions.OrderAnswered: _order_answered,
    deletions.OrdersAgreed: _orders_agreed,
    deletions.DeleteRefused: _delete_refused,
}


EVENTS: tuple[type[Message], ...] = (*_EVOLVE, deletions.Deleted, deletions.LateCart)
