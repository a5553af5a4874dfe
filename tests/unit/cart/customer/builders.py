"""Messages of a customer with default content, for tests."""

from __future__ import annotations

from typing import Any

from services.cart.customer.decider import decider
from shared.contracts import Message, customers
from shared.contracts.address import Address
from tests.unit.cart.cart.builders import ADDRESS
from tests.unit.given import Given

CUSTOMER = "cu-7"
MERCY: dict[str, Any] = {
    "name": "Mercy Taylor",
    "email": "mercy@example.com",
    "phone": "+1 206 555 0100",
}
EMPTY = Given(decider)


def create(**contact: Any) -> customers.Create:
    return customers.Create(customer_id=CUSTOMER, **(contact or MERCY))


def created(**contact: Any) -> customers.Created:
    return customers.Created(customer_id=CUSTOMER, **(contact or MERCY))


def update(**contact: Any) -> customers.Update:
    return customers.Update(customer_id=CUSTOMER, **contact)


def updated(**contact: Any) -> customers.Updated:
    return customers.Updated(customer_id=CUSTOMER, **contact)


def add(address_id: str = "home", address: Address = ADDRESS) -> customers.AddAddress:
    return customers.AddAddress(customer_id=CUSTOMER, address_id=address_id, address=address)


def added(address_id: str = "home", address: Address = ADDRESS) -> customers.AddressAdded:
    return customers.AddressAdded(customer_id=CUSTOMER, address_id=address_id, address=address)


def change(address_id: str = "home", address: Address = ADDRESS) -> customers.ChangeAddress:
    return customers.ChangeAddress(customer_id=CUSTOMER, address_id=address_id, address=address)


def changed(address_id: str = "home", address: Address = ADDRESS) -> customers.AddressChanged:
    return customers.AddressChanged(customer_id=CUSTOMER, address_id=address_id, address=address)


def remove(address_id: str = "home") -> customers.RemoveAddress:
    return customers.RemoveAddress(customer_id=CUSTOMER, address_id=address_id)


def removed(address_id: str = "home") -> customers.AddressRemoved:
    return customers.AddressRemoved(customer_id=CUSTOMER, address_id=address_id)


def mercy(*past: Message) -> Given[Any]:
    """The customer Mercy after these further events."""
    return EMPTY.events(created(), *past)
