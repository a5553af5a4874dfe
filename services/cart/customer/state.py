"""The state of a customer, and how its events change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import Message, customers
from shared.contracts import customer_deletion as deletions
from shared.contracts.address import Address
from shared.contracts.replies import Blocker


@dataclass(slots=True)
class Deletion:
    """A deletion that waits for the customer's orders.

    `request` is the cause of the command. While `asking`, the orders say whether they may go;
    after that they are deleted. `waiting` are those that haven't answered yet.
    """

    request: str
    by: str | None
    orders: tuple[str, ...]
    waiting: set[str]
    asking: bool = True
    blockers: list[Blocker] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    """A customer with an address book.

    `contact` is the latest event with contact details; None for a customer who isn't on record and
    is known by drafts alone. `removed` holds the ids of removed addresses, `carts` those of drafts.
    """

    customer_id: str
    contact: customers.Created | customers.Updated | None = None
    addresses: dict[str, Address] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    carts: dict[str, None] = field(default_factory=dict)
    deletion: Deletion | None = None

    def has(self, address: Address) -> bool:
        """Whether the address book contains `address`, under any id."""
        return address in self.addresses.values()


def status(customer: Customer | None) -> str | None:
    """The status for replies; None while the customer isn't on record."""
    return "Active" if customer and customer.contact else None


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
