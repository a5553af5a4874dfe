"""What others hear of a cart, beside its events."""

from collections.abc import Iterable

from services.cart.cart.reactions.reorder_requested import answer
from shared.contracts import Message
from shared.contracts.carts import CheckedOut, ShipmentSet
from shared.contracts.customers import BookPlace, entering
from shared.contracts.reorders import CartReordered, CartReorderRefused


def outgoing(event: Message) -> Iterable[Message]:
    """An order, as from any checkout; a reorder's answer; an address for its customer's book."""
    match event:
        case CheckedOut():
            return [event.cart]
        case CartReordered() | CartReorderRefused():
            return [answer(event)]
        case ShipmentSet(to_address_book=BookPlace() as place):
            return [entering(place, event.address)]
    return []
