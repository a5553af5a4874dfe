"""Notes on an order: always allowed, their author and time kept (rules: Orders)."""

import re
from collections.abc import Sequence

from services.order.allowed import why_no_note
from services.order.preconditions import known
from services.order.state import Order
from shared.contracts import Message
from shared.contracts.orders import AddNote, NoteAdded
from shared.runtime.decider import Context, refuse

LONGEST = 64  # of an id (contract: Envelope)


def add_note(command: AddNote, order: Order | None, context: Context) -> Sequence[Message]:
    """The note, named after the message that brought it."""
    order = known(order, command.order_id)
    refuse(why_no_note(order))
    note = NoteAdded(
        order_id=order.order_id,
        note_id=free_note_id(context.message_id, order.notes),
        text=command.text,
        author=context.actor,
        added_at=context.now,
        kind="staff",
    )
    return [note]


def free_note_id(message_id: str, taken: set[str]) -> str:
    """`message_id` as an id that isn't `taken`; it may be anything, unique in its source only."""
    wanted = re.sub(r"[^A-Za-z0-9._:\-]", "-", message_id)[:LONGEST] or "note"
    found, n = wanted, 1
    while found in taken:
        n += 1
        found = f"{wanted[: LONGEST - len(str(n)) - 1]}-{n}"
    return found
