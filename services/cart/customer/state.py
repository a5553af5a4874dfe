"""What is remembered of a customer, and how the events change that."""

from dataclasses import dataclass, field

from shared.contracts import Message, customers
from shared.contracts.address import Address


@dataclass(slots=True)
class Customer:
    """Somebody who orders.

    `contact` is the event that said last how to reach them. `removed` remembers the addresses that
    are gone, by their ids alone.
    """

    customer_id: str
    contact: customers.Created | customers.Updated
    addresses: dict[str, Address] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def has(self, address: Address) -> bool:
        """Whether the address book has it, under whatever id."""
        return address in self.addresses.values()


def status(customer: Customer | None) -> str | None:
    """The word for the state; None while there is no customer."""
    return "Active" if customer else None


def evolve(customer: Customer | None, event: Message) -> Customer | None:
    """The customer after `event`."""
    if isinstance(event, customers.Created):
        return Customer(event.customer_id, event)
    if customer is not None:
        _apply(customer, event)
    return customer


def _apply(customer: Customer, event: Message) -> None:
    match event:
        case customers.Updated():
            customer.contact = event
        case customers.AddressAdded() | customers.AddressChanged():
            customer.addresses[event.address_id] = event.address
            customer.removed.discard(event.address_id)
        case customers.AddressRemoved():
            del customer.addresses[event.address_id]
            customer.removed.add(event.address_id)
