"""Add a note to an order: always allowed, with author and time (rules: Orders)."""

import re
from collections.abc import Sequence

from services.order.allowed import why_no_note
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import Message
from shared.contracts.orders import AddNote, NoteAdded
from shared.runtime.decider import Context, refuse

LONGEST = 64  # of an id (contract: Envelope)


def add_note(command: AddNote, order: Order | None, context: Context) -> Sequence[Message]:
    """Returns the note; its id is derived from the message's."""
    order = require_order(order, command.order_id)
    refuse(why_no_note(order, context.site))
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
    """Returns an unused note id derived from `message_id`, which may be any text and is unique only
    in its source.
    """
    wanted = re.sub(r"[^A-Za-z0-9._:\-]", "-", message_id)[:LONGEST] or "note"
    found, n = wanted, 1
    while found in taken:
        n += 1
        found = f"{wanted[: LONGEST - len(str(n)) - 1]}-{n}"
    return found
