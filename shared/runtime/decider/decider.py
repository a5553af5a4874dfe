"""The interface between a service's business rules and the runtime.

`decide` turns a message into events, `evolve` applies an event to the state, `outgoing` derives
messages for other aggregates. All are pure: no I/O, no clock, no randomness. What else they need
comes in the `Context`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from shared.contracts import Malformed, Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Amounts, Blocker, Owed, Reason
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
    """A rule refused the message. That is an outcome, not a failure: it is recorded and replied."""

    def __init__(self, code: str, message: str, blockers: Sequence[Blocker] = ()) -> None:
        super().__init__(message)
        self.reason = Reason(code=code, message=message, blockers=tuple(blockers))

    @classmethod
    def because(cls, *blockers: Blocker) -> "Rejected":
        """The rejection with these blockers, one or more."""
        reason = Reason.of(*blockers)
        return cls(reason.code, reason.message, reason.blockers)


def rejected(key: str, **facts: object) -> Rejected:
    """The rejection with the error text under `key`, filled in with these facts."""
    return Rejected.because(blocker(key, **facts))


def refuse(blockers: Sequence[Blocker]) -> None:
    """Raises `Rejected` with all blockers, if there are any."""
    if blockers:
        raise Rejected.because(*blockers)


@dataclass(slots=True)
class Context:
    """What a decision may use beside the message and the state.

    cause       source and id: identifies the message for as long as the stream exists
    message_id  its id alone
    now         the time of the decision
    actor       who sent the command, if the message says
    site        the site's configuration
    number      draws a new order number
    known       what the decider looked up for this message, by key: an entry of a table (None if
                it was removed), or the state of another stream of the service; unknown keys are
                absent
    sent        when the message was sent, as its envelope says; None if it doesn't
    same        for a message that creates something: whether it has the content of the message
                that created it before; None if that is unknown (`identity.py`)
    """

    cause: str
    message_id: str
    now: datetime
    actor: str | None
    site: Site
    number: Callable[[], str]
    known: Mapping[str, Any] = field(default_factory=dict)
    same: bool | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True)
class DeferredOutcome:
    """The outcome of a command that was deferred. `cause` identifies the command."""

    cause: str
    refusal: Reason | None = None


@dataclass(slots=True)
class Decision:
    """The result of `decide`.

    events    what happened
    deferred  the command's outcome follows in `outcomes` of a later decision of the same stream
    outcomes  of commands that were deferred by earlier decisions

    A decider may return a plain list of events, which accepts the command.
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
    initial    returns the state of a stream without events.
    handlers   the function that decides each message class. It may raise `Rejected` (a rule
               refuses the message) or `Malformed` (a field is invalid in this state: the message
               becomes a dead letter).
    queries    the function that answers each class of questions from the state. It changes and
               records nothing, so a repeated question is answered from the state at that time. It
               may raise `Rejected`.
    evolve     returns the state after an event. It may change its argument and return it: the
               runtime never uses the state from before.
    outgoing   returns the messages to publish because of an event, in addition to the event;
               `publishes` lists their classes.
    status     returns the status that replies carry; None while there is no aggregate.
    dump, restore  convert the state of a long-lived stream (a warehouse's stock) to and from a
               snapshot, so that it loads fast however many events it has.
    owed       returns the amounts to add to the answer to a question; None for no amounts.
    amounts    returns the amounts of the state in a dry run, as if everything that is pending
               succeeded; None for no amounts.
    is_annotation  whether an event, such as a note, changes nothing else: an `expectedversion` from
               before it still holds.
    looks_up   for message classes whose decision needs more than the state: `(message, state) →
               keys`, such as `variant/SKU-1` in a table of the service, or `customer/cu-7`, another
               of its streams. `Context.known` has the entries.
    creates    for message classes that create something under an id of the sender's choice: the
               function that returns its name within the stream, such as `payment/p-1`; None if the
               message creates nothing. See `Context.same`.
    is_closed  whether nothing is left to do for an aggregate in this state, so that its stream may
               be moved to the archive; messages still may come, and are decided as ever. Without
               it, no stream of the kind is moved. Not for long-lived streams.
    tombstone  the event that deletes the record. Once it is published, all other content of the
               stream is erased (`processing/erasure.py`); every deferred command must have its
               outcome by then. Not for long-lived streams.
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
    amounts: Callable[[S, Context], Amounts | None] = field(default=lambda state, context: None)
    is_annotation: Callable[[Message], bool] = field(default=lambda event: False)
    looks_up: Mapping[type[Message], LookUp] = field(default_factory=dict)
    creates: Mapping[type[Message], Creates] = field(default_factory=dict)
    is_closed: Callable[[S], bool] | None = None
    tombstone: type[Message] | None = None

    def __post_init__(self) -> None:
        if self.tombstone and self.long_lived:
            raise TypeError(f"{self.kind}: a long-lived stream can't be erased")
        if self.is_closed and self.long_lived:
            raise TypeError(f"{self.kind}: a long-lived stream can't be archived")
        if self.creates and self.long_lived:
            raise TypeError(f"{self.kind}: a snapshot doesn't keep digests of what was created")

    @cached_property
    def _models(self) -> Mapping[str, type[Message]]:
        return {name: event for event in self.events for name in event.types()}

    def event(self, kept: Mapping[str, Any]) -> Message:
        """Reads a stored event of any version as its present class."""
        return self._models[kept["type"]].read(kept["type"], kept["data"])

    @property
    def long_lived(self) -> bool:
        """Whether its streams have snapshots."""
        return self.dump is not None

    def decide(self, message: Message, state: S, context: Context) -> Decision:
        """Decides `message` for an aggregate in `state`. Raises `Rejected` or `Malformed`."""
        made = self.handlers[type(message)](message, state, context)
        return made if isinstance(made, Decision) else Decision(made)
