"""Business rules as pure functions: what a service writes, and all that the runtime asks of it.

`decide` says what happens, `evolve` says what that does to the state, `outgoing` says who else has
to hear of it. No I/O, no clock, no randomness: what they need comes with the message (`Context`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from shared.contracts import Malformed, Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Blocker, Owed, Reason
from shared.contracts.stock_status import StockStatus
from shared.site import Site

S = TypeVar("S")

__all__ = [
    "Context",
    "Decider",
    "Decision",
    "DeferredOutcome",
    "Malformed",
    "Rejected",
    "refuse",
    "rejected",
]


class Rejected(Exception):
    """A rule says no. That is an outcome, not a failure: it is recorded and told."""

    def __init__(self, code: str, message: str, blockers: Sequence[Blocker] = ()) -> None:
        super().__init__(message)
        self.reason = Reason(code=code, message=message, blockers=tuple(blockers))

    @classmethod
    def because(cls, *blockers: Blocker) -> "Rejected":
        """The rejection that these blockers make, one or more of them."""
        reason = Reason.of(*blockers)
        return cls(reason.code, reason.message, reason.blockers)


def rejected(key: str, **facts: object) -> Rejected:
    """The rejection that the error text under `key` makes with these facts."""
    return Rejected.because(blocker(key, **facts))


def refuse(blockers: Sequence[Blocker]) -> None:
    """Raises `Rejected` with all the blockers, if there are any."""
    if blockers:
        raise Rejected.because(*blockers)


@dataclass(slots=True)
class Context:
    """What a decision may know beside the message and the state.

    `cause` identifies the message (source and id) for as long as the stream lives; `message_id` is
    its id alone. `actor` is who asked, if the message says. `number` draws a new order number.
    `known` has what the decider looked up for this message: from a table the message that was kept,
    None if it was removed; from another stream of the service its state. What was never heard of is
    absent. `same` says of a message that creates something whether it has the content that this
    was created with; None if nobody knows (`identity.py`).
    """

    cause: str
    message_id: str
    now: datetime
    actor: str | None
    site: Site
    number: Callable[[], str]
    known: Mapping[str, Any] = field(default_factory=dict)
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class DeferredOutcome:
    """The outcome, at last, of a command whose decision was deferred; `cause` says which."""

    cause: str
    refusal: Reason | None = None


@dataclass(slots=True)
class Decision:
    """Events, and what they mean for those who wait.

    `deferred`: the command's outcome comes later, with a `Settlement` in a later decision of the
    same stream. A decision that is a plain list of events is an acceptance.
    """

    events: Sequence[Message] = ()
    deferred: bool = False
    outcomes: Sequence[DeferredOutcome] = ()


Handler = Callable[[Any, Any, Context], Decision | Sequence[Message]]
LookUp = Callable[[Any, Any], Iterable[str]]
Answer = Sequence[Action] | StockStatus
Query = Callable[[Any, Any, Context], Answer]
Creates = Callable[[Any], str | None]


def _nothing_else(_: Message) -> Iterable[Message]:
    return ()


@dataclass(frozen=True)
class Decider(Generic[S]):
    """The rules of one kind of aggregate.

    kind       names the kind; `kind/id` names a stream.
    initial    the state of a stream that has no event.
    handlers   for each message class the function that decides it; may raise `Rejected` (a rule
               says no) or `Malformed` (a field makes no sense here: the message is a dead letter).
    queries    for each question the function that answers it from the state. It changes nothing and
               is recorded nowhere, so it may be asked again and gets the answer of then; it may
               raise `Rejected` too.
    evolve     the state after an event. It may change the state that it is given and return it:
               the runtime never keeps the one from before.
    outgoing   what else is published because of an event, beside the event itself; `publishes`
               lists the classes of these.
    status     the word for the state that replies carry, None while there is no aggregate.
    long_lived streams without an end (a warehouse's stock) are kept as snapshots with `dump` and
               `restore`, so that they load fast however old they are.
    owed       the money that is told with the answer to a question, None if there is none to tell.
    aside      whether an event is only written down beside what happens, a note say: an
               `expectedversion` from before it still holds.
    looks_up   for the message classes that need it, what a decision has to know of the outside:
               `(message, state) → keys`, such as `variant/SKU-1` of a table of the service, or
               `customer/cu-7`, another of its streams. `Context.known` then has it.
    creates    for the message classes that create something under an id of the sender's choice the
               function that names it within the stream, such as `payment/p-1`; None if the message
               creates nothing. `Context.same` then says whether it was created with this content.
    tombstone  the event that deletes the record: once it is published, nothing else that the stream
               says is kept (`processing/erasure.py`). Whoever waits has an outcome by then. Not
               for long-lived streams.
    """

    kind: str
    initial: Callable[[], S]
    handlers: Mapping[type[Message], Handler]
    evolve: Callable[[S, Message], S]
    events: Sequence[type[Message]]
    outgoing: Callable[[Message], Iterable[Message]] = field(default=_nothing_else)
    publishes: Sequence[type[Message]] = ()
    queries: Mapping[type[Message], Query] = field(default_factory=dict)
    status: Callable[[S], str | None] = field(default=lambda state: None)
    dump: Callable[[S], dict[str, Any]] | None = None
    restore: Callable[[dict[str, Any]], S] | None = None
    owed: Callable[[S], Owed | None] = field(default=lambda state: None)
    is_annotation: Callable[[Message], bool] = field(default=lambda event: False)
    looks_up: Mapping[type[Message], LookUp] = field(default_factory=dict)
    creates: Mapping[type[Message], Creates] = field(default_factory=dict)
    tombstone: type[Message] | None = None

    def __post_init__(self) -> None:
        if self.tombstone and self.long_lived:
            raise TypeError(f"{self.kind}: a long-lived stream can't be erased")
        if self.creates and self.long_lived:
            raise TypeError(f"{self.kind}: a snapshot doesn't say what was created how")

    @cached_property
    def _models(self) -> Mapping[str, type[Message]]:
        return {name: event for event in self.events for name in event.types()}

    def event(self, kept: Mapping[str, Any]) -> Message:
        """An event as a journal keeps it, written by whatever version, as it is today."""
        return self._models[kept["type"]].read(kept["type"], kept["data"])

    @property
    def long_lived(self) -> bool:
        """Whether its streams are kept as snapshots."""
        return self.dump is not None

    def decide(self, message: Message, state: S, context: Context) -> Decision:
        """What `message` does to an aggregate in `state`."""
        made = self.handlers[type(message)](message, state, context)
        return made if isinstance(made, Decision) else Decision(made)
