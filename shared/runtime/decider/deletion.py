"""Deletion of records: a deleted record is reduced to its tombstone, which accepts no changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Amounts, Blocker
from shared.runtime.decider import (
    Answer,
    Context,
    Decider,
    Decision,
    Handler,
    LookUp,
    Query,
    refuse,
)

S = TypeVar("S")
T = TypeVar("T", bound=Message)

DELETED = "Deleted"


def deletable(
    decider: Decider[S],
    tombstone: type[T],
    why_gone: Callable[[T], Blocker],
    delete: type[Message] | None = None,
    when_deleted: Mapping[type[Message], Handler] | None = None,
) -> Decider[S | T]:
    """Returns `decider` for records that can be deleted.

    tombstone     the event that deletes the record
    why_gone      returns the blocker for messages to a deleted record
    delete        the command that deletes a record; it is accepted again, without effect
    when_deleted  functions that decide these messages to a deleted record; they get its tombstone

    The state of a deleted record is the tombstone itself. Other commands, questions and carts for
    it are refused with `why_gone`; late facts change nothing. So no handler can restore a record.
    """
    deleted, living = _DeletedRecord(tombstone, why_gone, delete, when_deleted or {}), decider

    def evolve(state: S | T, event: Message) -> S | T:
        if isinstance(event, tombstone):
            return event
        return state if deleted.is_deleted(state) else living.evolve(state, event)  # type: ignore[arg-type]

    def status(state: S | T) -> str | None:
        return DELETED if deleted.is_deleted(state) else living.status(state)  # type: ignore[arg-type]

    def amounts(state: S | T, context: Context) -> Amounts | None:
        return None if deleted.is_deleted(state) else living.amounts(state, context)  # type: ignore[arg-type]

    def is_closed(state: S | T) -> bool:
        # What is left of a deleted record is small already.
        return not deleted.is_deleted(state) and bool(living.is_closed and living.is_closed(state))  # type: ignore[arg-type]

    rules: Decider[Any] = living
    return replace(
        rules,
        handlers={
            model: deleted.wrap_handler(model, handler) for model, handler in rules.handlers.items()
        },
        queries={m: deleted.wrap_query(query) for m, query in rules.queries.items()},
        looks_up={
            model: deleted.wrap_look_up(look_up) for model, look_up in rules.looks_up.items()
        },
        evolve=evolve,
        status=status,
        amounts=amounts,
        is_closed=is_closed if living.is_closed else None,
        tombstone=tombstone,
    )


@dataclass(frozen=True, slots=True)
class _DeletedRecord(Generic[T]):
    """Replaces the rules once a record is deleted."""

    tombstone: type[T]
    why_gone: Callable[[T], Blocker]
    delete: type[Message] | None
    handlers: Mapping[type[Message], Handler]

    def is_deleted(self, state: Any) -> bool:
        return isinstance(state, self.tombstone)

    def wrap_handler(self, model: type[Message], handler: Handler) -> Handler:
        when_deleted = self.handlers.get(model, self._decide)

        def decide(message: Message, state: Any, context: Context) -> Decision | Sequence[Message]:
            decided_by = when_deleted if self.is_deleted(state) else handler
            return decided_by(message, state, context)

        return decide

    def _decide(self, message: Message, state: T, _context: Context) -> Sequence[Message]:
        if message.topic.from_outside and type(message) is not self.delete:
            refuse([self.why_gone(state)])
        return []

    def wrap_query(self, query: Query) -> Query:
        def answer(question: Message, state: Any, context: Context) -> Answer:
            if self.is_deleted(state):
                refuse([self.why_gone(state)])
            return query(question, state, context)

        return answer

    def wrap_look_up(self, look_up: LookUp) -> LookUp:
        return lambda message, state: () if self.is_deleted(state) else look_up(message, state)


def was_deleted(what: str, at: datetime | None, by: str | None) -> Blocker:
    """The blocker for a deleted record `what` ("Order PO1000042"), with time and actor if known."""
    when = f" on {at:%Y-%m-%d at %H:%M} UTC" if at else ""
    return blocker("deleted", what=what, when=when, by=f" by {by}" if by else "")
