"""Holds of an order: what each stops, and what is known of it (rules: Holds with a type)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from shared.contracts.base import Id, Malformed, Name, Part, Text

Stop = Literal["release", "pick", "pack", "ship", "cancel", "capture"]
STOPS: Final[tuple[Stop, ...]] = get_args(Stop)
# A hold without a type lets captures go on: it did so before holds had types.
PLAIN_STOPS: Final[tuple[Stop, ...]] = ("release", "pick", "pack", "ship", "cancel")
# Shipments are OnHold while all of this is stopped.
WORK: Final[frozenset[Stop]] = frozenset({"release", "pick", "pack", "ship"})
# The id of a hold that has neither an id nor a type.
PLAIN_ID: Final = "hold"

ReviewDate = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]


class HoldDetails(Part):
    """A hold.

    hold_id    identifies it among the holds of its order
    hold_type  one of the site's types; None for a hold without a type
    owner      whose hold it is: the actor who placed it, unless the command named somebody
    review_on  the day by which somebody has to look at it
    stops      the actions that it stops, in the order of `STOPS`
    """

    hold_id: Id
    hold_type: Id | None = None
    owner: Name | None = None
    reason: Text | None = None
    review_on: ReviewDate | None = None
    stops: tuple[Stop, ...] = PLAIN_STOPS

    @property
    def has_own_id(self) -> bool:
        """Whether the sender chose its id: such an id is never used a second time."""
        return self.hold_id != default_id(self.hold_type)


def default_id(hold_type: str | None) -> str:
    """Returns the id of a hold that is placed without one: its type is its id."""
    return hold_type or PLAIN_ID


def plain(reason: str | None = None) -> HoldDetails:
    """Returns the hold that a command without id, type and other details places."""
    return HoldDetails(hold_id=PLAIN_ID, reason=reason)


def in_order(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Returns `stops` in the order of `STOPS`, each once."""
    given = frozenset(stops)
    return tuple(stop for stop in STOPS if stop in given)


def stopped(holds: Mapping[str, HoldDetails]) -> frozenset[Stop]:
    """Returns the actions that at least one of the holds stops."""
    return frozenset(stop for hold in holds.values() for stop in hold.stops)


def stopping(holds: Mapping[str, HoldDetails], *stops: Stop) -> list[HoldDetails]:
    """Returns the holds that stop one of these actions."""
    return [hold for hold in holds.values() if not frozenset(hold.stops).isdisjoint(stops)]


def lifted(holds: Mapping[str, HoldDetails], ids: Iterable[str] | None) -> dict[str, HoldDetails]:
    """Returns what remains of `holds` after those with these ids; None: all without a type."""
    if ids is None:
        return {which: hold for which, hold in holds.items() if hold.hold_type is not None}
    gone = frozenset(ids)
    return {which: hold for which, hold in holds.items() if which not in gone}


def refuse_repeated(stops: tuple[Stop, ...] | None) -> None:
    """Raises `Malformed` if an action is listed twice."""
    if stops is not None and len(frozenset(stops)) < len(stops):
        raise Malformed("stops", "lists an action twice")
