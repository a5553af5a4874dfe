"""A service for tests: tallies with commands, questions, and failures on demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from shared.contracts import Malformed, Message, Topic
from shared.contracts.base import Id, message
from shared.contracts.replies import Action, Reason
from shared.runtime.decider import Context, Decider, Decision, DeferredOutcome, Rejected
from shared.runtime.decider.deletion import deletable, was_deleted
from shared.runtime.decider.service import Service

COMMANDS = Topic("tally.commands", ("tally",), "Commands about tallies.")
VAULTS = Topic("vault.commands", ("tally",), "Commands about long-lived tallies.")
EVENTS = Topic("tally.events", ("tally",), "Events of tallies.", facts=True)
ECHOES = Topic("tally.echoes", ("tally",), "Outgoing messages of tallies.", facts=True)

Mood = Literal["fine", "no", "senseless", "broken", "unstorable", "untellable"]
TOO_LONG = "x" * 50_000


class _About(Message):
    tally: Id


@message("test.tally.add.v1", on=COMMANDS)
class Add(_About):
    """Add to the tally; `mood` selects what goes wrong."""

    amount: int = 1
    mood: Mood = "fine"
    limit: int | None = None
    remark: str = ""


@message("test.vault.add.v1", on=VAULTS)
class Store(Add):
    """The same for a long-lived tally."""


@message("test.tally.ask.v1", on=COMMANDS)
class Ask(_About):
    """A command with a deferred outcome."""


@message("test.tally.how.v1", on=COMMANDS)
class How(_About):
    """A question for the total; `mood` selects what goes wrong."""

    mood: Mood = "fine"


@message("test.vault.how.v1", on=VAULTS)
class HowVault(How):
    """The same for a long-lived tally."""


@message("test.tally.answer.v1", on=COMMANDS)
class Answer(_About):
    """Resolves all deferred outcomes."""

    refusal: str | None = None


@message("test.tally.forget.v1", on=COMMANDS)
class Forget(_About):
    """Deletes the tally and resolves deferred outcomes."""


@message("test.tally.added.v1", on=EVENTS)
class Added(_About):
    """An amount was added."""

    amount: int
    total: int
    tellable: bool = True
    remark: str = ""


@message("test.tally.asked.v1", on=EVENTS)
class Asked(_About):
    """A command waits for its outcome."""

    cause: str


@message("test.tally.forgotten.v1", on=EVENTS)
class Forgotten(_About):
    """The tombstone."""

    by: str | None


@message("test.tally.echo.v1", on=ECHOES)
class Echo(_About):
    """An outgoing message; two for each addition."""

    total: int
    time: Literal["first", "second"]


class Tally:
    """The state of a tally."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.waiting: list[str] = []


def add(command: Add, tally: Tally, _context: Context) -> Sequence[Message]:
    """Adds, unless `mood` selects a failure."""
    if command.limit is not None and tally.total >= command.limit:
        raise Malformed("limit", f"{tally.total} already")
    match command.mood:
        case "no":
            raise Rejected("no", f"I'd rather not.{command.remark}")
        case "senseless":
            raise Malformed("mood", "makes no sense")
        case "broken":
            raise ZeroDivisionError("a mistake of ours")
    added = Added(
        tally=command.tally,
        amount=command.amount,
        total=tally.total + command.amount,
        tellable=command.mood != "untellable",
        remark=TOO_LONG if command.mood == "unstorable" else command.remark,
    )
    return [added]


def ask(command: Ask, _tally: Tally, context: Context) -> Decision:
    """Defers the outcome."""
    return Decision([Asked(tally=command.tally, cause=context.cause)], deferred=True)


def how(question: How, tally: Tally, _context: Context) -> Sequence[Action]:
    """Answers with an action that names the total, unless `mood` selects a failure."""
    add(Add(tally=question.tally, mood=question.mood), tally, _context)
    return [Action(action="tally.add", subject=f"at-{tally.total}", allowed=True)]


def answer(command: Answer, tally: Tally, _context: Context) -> Decision:
    """Resolves all deferred outcomes."""
    refusal = Reason(code="late", message=command.refusal) if command.refusal else None
    return Decision(outcomes=[DeferredOutcome(cause, refusal) for cause in tally.waiting])


def forget(command: Forget, tally: Tally, context: Context) -> Decision:
    """Deletes the tally: only its tombstone remains."""
    gone = Forgotten(tally=command.tally, by=context.actor)
    return Decision([gone], outcomes=[DeferredOutcome(cause) for cause in tally.waiting])


def evolve(tally: Tally, event: Message) -> Tally:
    """Changes its argument, as `Decider.evolve` allows."""
    if isinstance(event, Added):
        tally.total = event.total
    if isinstance(event, Asked):
        tally.waiting.append(event.cause)
    return tally


def is_remark(event: Message) -> bool:
    """An addition of zero is an annotation."""
    return isinstance(event, Added) and event.amount == 0


def is_full(tally: Tally) -> bool:
    """A tally of a hundred is closed."""
    return tally.total == 100


def outgoing(event: Message) -> Iterable[Message]:
    """Two echoes for each addition."""
    if isinstance(event, Added):
        if not event.tellable:
            raise ZeroDivisionError("a mistake in what follows")
        yield Echo(tally=event.tally, total=event.total, time="first")
        yield Echo(tally=event.tally, total=event.total, time="second")


def status(tally: Tally) -> str | None:
    """The total as a status."""
    return f"at {tally.total}" if tally.total else None


def _dump(tally: Tally) -> dict[str, Any]:
    return {"total": tally.total}


def _restore(dumped: dict[str, Any]) -> Tally:
    return Tally(dumped["total"])


tally: Decider[Tally | Forgotten] = deletable(
    Decider(
        kind="tally",
        initial=Tally,
        handlers={Add: add, Ask: ask, Answer: answer, Forget: forget},
        queries={How: how},
        evolve=evolve,
        events=(Added, Asked, Forgotten),
        outgoing=outgoing,
        publishes=(Echo,),
        status=status,
        is_annotation=is_remark,
        is_closed=is_full,
    ),
    Forgotten,
    lambda gone: was_deleted(f"Tally {gone.tally}", None, gone.by),
    delete=Forget,
)

vault: Decider[Tally] = Decider(
    kind="vault",
    initial=Tally,
    handlers={Store: add},
    queries={HowVault: how},
    evolve=evolve,
    events=(Added,),
    outgoing=outgoing,
    publishes=(Echo,),
    status=status,
    dump=_dump,
    restore=_restore,
)

SERVICE = Service("tally", [tally, vault])
