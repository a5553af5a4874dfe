"""Records that can be deleted: what is left of one is its tombstone, which takes nothing more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker
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
) -> Decider[S | T]:
    """`decider` for records that `tombstone`, one of its events, deletes.

    The state of a deleted record is the tombstone itself. Commands, questions and carts for it are
    refused with `why_gone`, only `again`, which asks for what is done, is accepted; facts that come
    late change nothing. So nothing can bring the record back, whatever the handlers say.
    """
    grave, living = _Grave(tombstone, why_gone, delete), decider

    def evolve(state: S | T, event: Message) -> S | T:
        if isinstance(event, tombstone):
            return event
        return state if grave.has(state) else living.evolve(state, event)  # type: ignore[arg-type]

    def status(state: S | T) -> str | None:
        return DELETED if grave.has(state) else living.status(state)  # type: ignore[arg-type]

    rules: Decider[Any] = living
    return replace(
        rules,
        handlers={model: grave.answers(handler) for model, handler in rules.handlers.items()},
        queries={model: grave.explains(query) for model, query in rules.queries.items()},
        looks_up={model: grave.asks(look_up) for model, look_up in rules.looks_up.items()},
        evolve=evolve,
        status=status,
        tombstone=tombstone,
    )


@dataclass(frozen=True, slots=True)
class _Grave(Generic[T]):
    """What answers in place of the rules once a record is deleted."""

    tombstone: type[T]
    why_gone: Callable[[T], Blocker]
    delete: type[Message] | None

    def has(self, state: Any) -> bool:
        return isinstance(state, self.tombstone)

    def answers(self, handler: Handler) -> Handler:
        def decide(message: Message, state: Any, context: Context) -> Decision | Sequence[Message]:
            if not self.has(state):
                return handler(message, state, context)
            if message.topic.from_outside and type(message) is not self.delete:
                refuse([self.why_gone(state)])
            return []

        return decide

    def explains(self, query: Query) -> Query:
        def answer(question: Message, state: Any, context: Context) -> Answer:
            if self.has(state):
                refuse([self.why_gone(state)])
            return query(question, state, context)

        return answer

    def asks(self, look_up: LookUp) -> LookUp:
        return lambda message, state: () if self.has(state) else look_up(message, state)


def was_deleted(what: str, at: datetime | None, by: str | None) -> Blocker:
    """That `what` ("Order PO1000042") is gone, and since when and by whom if that is known."""
    when = f" on {at:%Y-%m-%d at %H:%M} UTC" if at else ""
    return blocker("deleted", what=what, when=when, by=f" by {by}" if by else "")
