"""Activity notes: what happened to an order, recorded by the system (rules: "add note").

They show between the notes of people, who can neither write nor edit them. Some report what the
order service decides, some the facts of payments and shipments. `activity_texts.py` has the texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.order.activity_texts import activity_text
from services.order.commands.add_note import free_note_id
from services.order.state import Order
from shared.contracts import Message
from shared.contracts.orders import NoteAdded
from shared.runtime.decider import Context, Decision, Handler

AUTHOR = "waybill"
LONGEST = 4000  # of a note's text


def ignore(_fact: Message, _order: Order | None, _context: Context) -> Sequence[Message]:
    """Handles a fact that only leads to an activity note."""
    return []


def is_activity(event: Message) -> bool:
    """Whether an event is an activity note."""
    return isinstance(event, NoteAdded) and event.kind == "activity"


def with_activity_notes(
    handlers: Mapping[type[Message], Handler],
) -> Mapping[type[Message], Handler]:
    """Wraps `handlers` so that what they receive and decide is recorded as activity notes."""
    return {model: _with_notes(handler) for model, handler in handlers.items()}


def _with_notes(handler: Handler) -> Handler:
    def decide(message: Message, order: Order | None, context: Context) -> Decision:
        made = handler(message, order, context)
        decision = made if isinstance(made, Decision) else Decision(made)
        heard = [message] if order is not None else []
        notes = list(_notes([*heard, *decision.events], message, order, context))
        return replace(decision, events=[*decision.events, *notes]) if notes else decision

    return decide


def _notes(
    told: Sequence[Message], message: Message, order: Order | None, context: Context
) -> Iterator[NoteAdded]:
    """Yields a note for each event that has a text.

    Numbered, so that a repeat gives the same id.
    """
    taken = set(order.notes) if order else set()
    for event in told:
        words = activity_text(event)
        if words is None:
            continue
        note_id = free_note_id(f"activity-{len(taken) + 1}", taken)
        taken.add(note_id)
        yield NoteAdded(
            order_id=order.order_id if order else message.key,
            note_id=note_id,
            text=words[:LONGEST],
            author=AUTHOR,
            added_at=context.now,
            kind="activity",
        )
