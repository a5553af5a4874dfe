"""The state of a customer, and how its events change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import Message, customers
from shared.contracts.address import Address


@dataclass(slots=True)
class Customer:
    """A customer with an address book.

    `contact` is the latest event with contact details. `removed` holds the ids of removed
    addresses.
    """

    customer_id: str
    contact: customers.Created | customers.Updated
    addresses: dict[str, Address] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def has(self, address: Address) -> bool:
        """Whether the address book contains `address`, under any id."""
        return address in self.addresses.values()


def status(customer: Customer | None) -> str | None:
    """The status for replies; None while the customer doesn't exist."""
    return "Active" if customer else None


def evolve(customer: Customer | None, event: Message) -> Customer | None:
    """Returns the state after `event`. Changes `customer` in place, except on `Created`."""
    if isinstance(event, customers.Created):
        return Customer(event.customer_id, event)
    if customer is not None:
        _EVOLVE[type(event)](customer, event)
    return customer


def _updated(customer: Customer, event: customers.Updated) -> None:
    customer.contact = event


def _address_set(
    customer: Customer, event: customers.AddressAdded | customers.AddressChanged
) -> None:
    customer.addresses[event.address_id] = event.address
    customer.removed.discard(event.address_id)


def _address_removed(customer: Customer, event: customers.AddressRemoved) -> None:
    del customer.addresses[event.address_id]
    customer.removed.add(event.address_id)


_EVOLVE: Mapping[type[Message], Callable[[Customer, Any], None]] = {
    customers.Updated: _updated,
    customers.AddressAdded: _address_set,
    customers.AddressChanged: _address_set,
    customers.AddressRemoved: _address_removed,
}

EVENTS: tuple[type[Message], ...] = (customers.Created, *_EVOLVE)
