"""A service for tests of look-ups: tills that charge at rates from another topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.contracts import Message, Topic
from shared.contracts.base import Id, message
from shared.runtime.decider import Context, Decider, Rejected
from shared.runtime.decider.service import Service
from shared.runtime.decider.tables import Table

COMMANDS = Topic("till.commands", ("till",), "Commands about tills.")
EVENTS = Topic("till.events", ("till",), "Events of tills.", facts=True)
RATES = Topic("rates", ("land", "name"), "Present rates.", facts=True, cleanup="compact")


@message("test.rate.v1", on=RATES)
class Rate(Message):
    """A rate."""

    land: Id
    name: Id
    amount: int


@message("test.rate.remark.v1", on=RATES)
class Remark(Message):
    """A message on the same topic that no table stores."""

    land: Id
    name: Id


class _About(Message):
    till: Id


@message("test.till.choose.v1", on=COMMANDS)
class Choose(_About):
    """Choose the rate of later charges."""

    rate: str


@message("test.till.charge.v1", on=COMMANDS)
class Charge(_About):
    """Charge once at the chosen rate."""


@message("test.till.copy.v1", on=COMMANDS)
class Copy(_About):
    """Choose the rate of another till."""

    other: Id


@message("test.till.chosen.v1", on=EVENTS)
class Chosen(_About):
    """A rate was chosen."""

    rate: str


@message("test.till.charged.v1", on=EVENTS)
class Charged(_About):
    """An amount was charged."""

    amount: int


class Till:
    """The state of a till."""

    def __init__(self) -> None:
        self.rate: str | None = None


def choose(command: Choose, _till: Till, _context: Context) -> Sequence[Message]:
    """Chooses a rate, without a look-up."""
    return [Chosen(till=command.till, rate=command.rate)]


def charge(command: Charge, till: Till, context: Context) -> Sequence[Message]:
    """Charges at the present rate."""
    key = f"rate/{till.rate}"
    if key not in context.known:
        raise Rejected("unheard-of", f"Nobody has ever heard of {key}.")
    rate: Rate | None = context.known[key]
    if rate is None:
        raise Rejected("removed", f"{key} is no more.")
    return [Charged(till=command.till, amount=rate.amount)]


def copy(command: Copy, _till: Till, context: Context) -> Sequence[Message]:
    """Copies the rate from another stream of the service."""
    other: Till | None = context.known.get(f"till/{command.other}")
    if other is None or other.rate is None:
        raise Rejected("unknown-till", f"There is no till {command.other}.")
    return [Chosen(till=command.till, rate=other.rate)]


def _rate(_command: Charge, till: Till) -> Iterable[str]:
    if till.rate == "broken":
        raise ZeroDivisionError("a mistake in what is looked up")
    return [f"{'rate' if till.rate != 'nonsense' else 'nothing'}/{till.rate}"]


def evolve(till: Till, event: Message) -> Till:
    """Stores the chosen rate."""
    if isinstance(event, Chosen):
        till.rate = event.rate
    return till


till: Decider[Till] = Decider(
    kind="till",
    initial=Till,
    handlers={Choose: choose, Charge: charge, Copy: copy},
    evolve=evolve,
    events=(Chosen, Charged),
    looks_up={Charge: _rate, Copy: lambda command, _: [f"till/{command.other}"]},
)

SERVICE = Service("till", [till], tables=[Table("rate", Rate)])
