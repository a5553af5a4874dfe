"""A service for tests of message versions: scales, whose first version weighed in pounds.

`BEFORE` is the decider with the first version of its event; `SERVICE` is the present service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.contracts import Message, Topic
from shared.contracts.base import Data, Id, message
from shared.contracts.replies import Blocker
from shared.runtime.decider import Context, Decider
from shared.runtime.decider.deletion import deletable
from shared.runtime.decider.service import Service
from shared.runtime.decider.tables import Table

COMMANDS = Topic("scales.commands", ("scales",), "Commands about scales.")
EVENTS = Topic("scales.events", ("scales",), "Events of scales.", facts=True)
SLIPS = Topic("scales.slips", ("scales",), "Outgoing messages of scales.", facts=True)
TARES = Topic("scales.tares", ("box",), "What boxes weigh.", facts=True, cleanup="compact")

GRAMS_A_POUND = 454


class _About(Message):
    scales: Id


# The first version


@message("test.scales.weighed.v1", on=EVENTS)
class WeighedInPounds(_About):
    """A weight in pounds."""

    pounds: int


@message("test.scales.scrapped.v1", on=EVENTS)
class Gone(_About):
    """The first version of the tombstone, without a reason."""


# Upcasts


def in_grams(data: Data) -> Data:
    """Version 2 weighs in grams."""
    return {**_without(data, "pounds"), "grams": data["pounds"] * GRAMS_A_POUND}


def with_parts(data: Data) -> Data:
    """Version 3 lists the parts."""
    return {**_without(data, "grams"), "parts": [data["grams"]]}


def no_reason(data: Data) -> Data:
    """Version 2 has a reason."""
    return {**data, "why": "nobody knows"}


def _without(data: Data, field: str) -> Data:
    return {name: value for name, value in data.items() if name != field}


# The present version


@message("test.scales.weigh.v2", on=COMMANDS, formerly={"test.scales.weigh.v1": in_grams})
class Weigh(_About):
    """Weigh something, optionally in a box."""

    grams: int
    box: Id | None = None


@message("test.scales.scrap.v1", on=COMMANDS)
class Scrap(_About):
    """Deletes the scales."""


@message(
    "test.scales.weighed.v3",
    on=EVENTS,
    formerly={"test.scales.weighed.v1": in_grams, "test.scales.weighed.v2": with_parts},
)
class Weighed(_About):
    """The weights of the parts, in grams."""

    parts: tuple[int, ...]


@message("test.scales.scrapped.v2", on=EVENTS, formerly={"test.scales.scrapped.v1": no_reason})
class Scrapped(_About):
    """The tombstone."""

    why: str


@message("test.scales.slip.v1", on=SLIPS)
class Slip(_About):
    """The total of one weighing."""

    grams: int


@message("test.scales.tare.v2", on=TARES, formerly={"test.scales.tare.v1": in_grams})
class Tare(Message):
    """What a box weighs."""

    box: Id
    grams: int


def _weigh(command: Weigh, _total: int, context: Context) -> Sequence[Message]:
    tare = context.known.get(f"tare/{command.box}")
    box = [tare.grams] if tare else []
    return [Weighed(scales=command.scales, parts=(command.grams, *box))]


def _looks_up(command: Weigh, _total: int) -> Iterable[str]:
    return [f"tare/{command.box}"] if command.box else []


def _evolve(total: int, event: Message) -> int:
    return total + sum(event.parts) if isinstance(event, Weighed) else total


def _evolve_before(total: int, event: Message) -> int:
    return total + event.pounds if isinstance(event, WeighedInPounds) else total


def _outgoing(event: Message) -> Iterable[Message]:
    if isinstance(event, Weighed):
        yield Slip(scales=event.scales, grams=sum(event.parts))


def _gone(grave: Scrapped) -> Blocker:
    return Blocker(code="deleted", message=f"Scrapped: {grave.why}.")


BEFORE: Decider[int] = Decider(
    kind="scales",
    initial=int,
    handlers={},
    evolve=_evolve_before,
    events=(WeighedInPounds, Gone),
    tombstone=Gone,
)

scales: Decider[int | Scrapped] = deletable(
    Decider(
        kind="scales",
        initial=int,
        handlers={
            Weigh: _weigh,
            Scrap: lambda command, _, __: [Scrapped(scales=command.scales, why="asked for")],
        },
        evolve=_evolve,
        events=(Weighed, Scrapped),
        outgoing=_outgoing,
        publishes=(Slip,),
        status=lambda total: f"{total} g",
        looks_up={Weigh: _looks_up},
    ),
    Scrapped,
    _gone,
)

SERVICE = Service("scales", [scales], tables=[Table("tare", Tare)])
