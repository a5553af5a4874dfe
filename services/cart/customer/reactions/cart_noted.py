"""Reaction to a new draft: the customer keeps its id, so that both are deleted together."""

from collections.abc import Sequence

from services.cart.customer.state import Customer
from shared.contracts import Message
from shared.contracts.customer_deletion import CartNoted, Deleted, LateCart, NoteCart
from shared.runtime.decider import Context


def note_cart(note: NoteCart, customer: Customer | None, _context: Context) -> Sequence[Message]:
    """Notes the draft's id, also for a customer who isn't on record."""
    if customer is not None and note.cart_id in customer.carts:
        return []
    return [CartNoted(customer_id=note.customer_id, cart_id=note.cart_id)]


def delete_late_cart(note: NoteCart, deleted: Deleted, _context: Context) -> Sequence[Message]:
    """Deletes a draft that was created while its customer was being deleted."""
    late = LateCart(
        customer_id=note.customer_id, cart_id=note.cart_id, by=deleted.by, at=deleted.at
    )
    return [late]
