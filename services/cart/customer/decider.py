"""The decider of customers: the function that handles each message."""

from collections.abc import Mapping

from services.cart.customer.allowed import why_gone
from services.cart.customer.commands.addresses import add_address, change_address, remove_address
from services.cart.customer.commands.contact import create, update
from services.cart.customer.commands.delete import delete, delete_again, delete_lookups
from services.cart.customer.evolution import EVENTS, evolve
from services.cart.customer.outgoing import outgoing
from services.cart.customer.reactions.cart_noted import delete_late_cart, note_cart
from services.cart.customer.reactions.order_answered import settle_order
from services.cart.customer.state import Customer, status
from shared.contracts import Message, customers
from shared.contracts import customer_deletion as deletions
from shared.runtime.decider import Creates, Decider, Handler
from shared.runtime.decider.deletion import deletable


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
    deletions.Delete: delete,
    # Of the customer's drafts and orders
    deletions.NoteCart: note_cart,
    deletions.SettleOrder: settle_order,
}


def is_annotation(event: Message) -> bool:
    """Whether an event leaves contact and address book as they are.

    A form that was opened before it is still valid.
    """
    return isinstance(event, _ANNOTATIONS)


_ANNOTATIONS = (
    deletions.CartNoted,
    deletions.DeleteRequested,
    deletions.OrderAnswered,
    deletions.OrdersAgreed,
    deletions.DeleteRefused,
    deletions.LateCart,
)
_decider: Decider[Customer | None] = Decider(
    kind="customer",
    initial=lambda: None,
    handlers=handlers,
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=(deletions.DeleteCart, deletions.DeleteOrder),
    status=status,
    is_annotation=is_annotation,
    looks_up={deletions.Delete: delete_lookups},
    creates=creates,
)
decider = deletable(
    _decider,
    deletions.Deleted,
    why_gone,
    when_deleted={
        deletions.Delete: delete_again,
        deletions.NoteCart: delete_late_cart,
        # A late answer of an order changes nothing.
        deletions.SettleOrder: lambda answer, gone, context: [],
    },
)
