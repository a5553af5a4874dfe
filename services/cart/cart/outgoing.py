"""The messages that the cart service publishes because of a cart's events."""

from collections.abc import Iterable

from services.cart.cart.reactions.reorder_requested import answer
from shared.contracts import Message
from shared.contracts.carts import CheckedOut, DraftCreated, ShipmentSet
from shared.contracts.customer_deletion import NoteCart
from shared.contracts.customers import BookPlace, entering
from shared.contracts.reorders import CartReordered, CartReorderRefused


def outgoing(event: Message) -> Iterable[Message]:
    """Returns the messages that follow from `event`.

    They are the converted cart, the answer to a reorder, and for the customer a note of the draft,
    or an address for the book.
    """
    match event:
        case DraftCreated() if event.customer and event.customer.customer_id:
            return [NoteCart(customer_id=event.customer.customer_id, cart_id=event.cart_id)]
        case CheckedOut():
            return [event.cart]
        case CartReordered() | CartReorderRefused():
            return [answer(event)]
        case ShipmentSet(to_address_book=BookPlace() as place):
            return [entering(place, event.address)]
    return []
