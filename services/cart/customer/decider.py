"""The decider of customers: the function that handles each message."""

from collections.abc import Mapping

from services.cart.customer.commands.addresses import add_address, change_address, remove_address
from services.cart.customer.commands.contact import create, update
from services.cart.customer.state import EVENTS, Customer, evolve, status
from shared.contracts import Message, customers
from shared.runtime.decider import Creates, Decider, Handler


def _created_address(command: customers.AddAddress) -> str | None:
    """The name of what the command creates; None with `unless_there`.

    Then the address gets another id if its own is in use, so that the id identifies nothing.
    """
    return None if command.unless_there else f"address/{command.address_id}"


creates: Mapping[type[Message], Creates] = {
    customers.Create: lambda command: "customer",
    customers.AddAddress: _created_address,
}
handlers: Mapping[type[Message], Handler] = {
    customers.Create: create,
    customers.Update: update,
    customers.AddAddress: add_address,
    customers.ChangeAddress: change_address,
    customers.RemoveAddress: remove_address,
}


decider: Decider[Customer | None] = Decider(
    kind="customer",
    initial=lambda: None,
    handlers=handlers,
    evolve=evolve,
    events=EVENTS,
    status=status,
    creates=creates,
)
