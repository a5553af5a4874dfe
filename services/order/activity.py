"""Activity notes: what happened to an order, written down by the system (rules: "add note").

Whoever opens an order reads them between the notes of people; nobody writes or edits them. Some
tell what the order service decides, some what it hears of money and shipments. The words are in
`activity_texts.py`.
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


def hear(_fact: Message, _order: Order | None, _context: Context) -> Sequence[Message]:
    """A fact that changes nothing of the order itself: it is only told."""
    return []


def is_activity(event: Message) -> bool:
    """Whether an event is such a note."""
    return isinstance(event, NoteAdded) and event.kind == "activity"


def noted(handlers: Mapping[type[Message], Handler]) -> Mapping[type[Message], Handler]:
    """The same rules; what they decide, and what they hear, is written down beside it."""
    return {model: _noted(handler) for model, handler in handlers.items()}


def _noted(handler: Handler) -> Handler:
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
    """A note for each of `told` that has words; numbered, so that the same is the same again."""
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
