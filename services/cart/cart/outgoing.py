"""The messages that the cart service publishes because of a cart's events."""

from collections.abc import Iterable

from services.cart.cart.reactions.reorder_requested import answer
from shared.contracts import Message
from shared.contracts.carts import CheckedOut, ShipmentSet
from shared.contracts.customers import BookPlace, entering
from shared.contracts.reorders import CartReordered, CartReorderRefused


def outgoing(event: Message) -> Iterable[Message]:
    """Returns the messages that follow from `event`.

    They are the converted cart, the answer to a reorder, and an address for the customer's book.
    """
    match event:
        case CheckedOut():
            return [event.cart]
        case CartReordered() | CartReorderRefused():
            return [answer(event)]
        case ShipmentSet(to_address_book=BookPlace() as place):
            return [entering(place, event.address)]
    return []
