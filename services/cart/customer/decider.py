"""Customers: which function decides which message."""

from collections.abc import Mapping

from services.cart.customer.commands.addresses import add_address, change_address, remove_address
from services.cart.customer.commands.contact import create, update
from services.cart.customer.state import Customer, evolve, status
from shared.contracts import Message, customers
from shared.runtime.decider import Creates, Decider, Handler


def _address(command: customers.AddAddress) -> str | None:
    """With `unless_there` it gets another id if its own is in use."""
    return None if command.unless_there else f"address/{command.address_id}"


creates: Mapping[type[Message], Creates] = {
    customers.Create: lambda command: "customer",
    customers.AddAddress: _address,
}
handlers: Mapping[type[Message], Handler] = {
    customers.Create: create,
    customers.Update: update,
    customers.AddAddress: add_address,
    customers.ChangeAddress: change_address,
    customers.RemoveAddress: remove_address,
}

events: tuple[type[Message], ...] = (
    customers.Created,
    customers.Updated,
    customers.AddressAdded,
    customers.AddressChanged,
    customers.AddressRemoved,
)


def initial() -> Customer | None:
    """No customer yet."""
    return None


decider: Decider[Customer | None] = Decider(
    kind="customer",
    initial=initial,
    handlers=handlers,
    evolve=evolve,
    events=events,
    status=status,
    creates=creates,
)
