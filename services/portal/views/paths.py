"""How an order is found: which index, and what is compared afterwards.

Every way gives the order that is asked for, newest first, from an index: nothing is sorted, and
the collection is never walked through. Where several ways lead there, the one that meets the
fewest orders is taken; that is found out by counting along each, up to a bound.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.projecting.names import DIGITS, Pattern, digits_of
from services.portal.views.filters import OrderFilter
from services.portal.views.places import EARLIEST

Query = dict[str, Any]
LETTERS = "po"  # what every order's number begins with
MOST_PIECES = 4
# MongoDB merges as many scans in order; beyond twice that it would sort.
MOST_SCANS = 100


@dataclass(frozen=True, slots=True)
class Path:
    """An index, and the condition that it answers by itself."""

    index: str
    condition: Query


@dataclass(frozen=True, slots=True)
class Plan:
    """`query` says what is looked for in full, `paths` how it may be found."""

    query: Query
    paths: tuple[Path, ...]

    @property
    def bounds(self) -> Query:
        """The part of the query that every index answers: when the order was created."""
        return {"row.created": self.query["row.created"]}


def plan(asked: OrderFilter) -> Plan | None:
    """How to find what is asked for; None if nothing can be it, whatever orders there are."""
    digits, nothing = _number(asked.number)
    if nothing:
        return None
    created: Query = {"$gte": asked.since or EARLIEST}
    if asked.before:
        created["$lt"] = asked.before
    query: Query = {"row.created": created}
    paths: list[Path] = []

    def exactly(index: str, condition: Query) -> None:
        query.update(condition)
        paths.append(Path(index, condition))

    if asked.email:
        exactly("email", {"row.email": asked.email.strip().casefold()})
    if asked.customer_id:
        exactly("customer", {"row.customer_id": asked.customer_id})
    if asked.anonymous:
        exactly("anonymous", {"row.anonymous": True})
    few = tuple(paths)  # so few that nothing else need be looked at
    chosen = _one_of("row.market", asked.markets) | _one_of("row.status", asked.statuses)
    query |= chosen
    paths += _choices(asked, chosen)
    pieces = [DIGITS + digits] if digits else []
    if digits:
        query["row.digits"] = {"$gte": digits, "$lt": digits + ":"}  # ":" comes after "9"
    for typed, every in ((asked.customer, False), (asked.name, True)):
        pattern = Pattern(typed)
        if not pattern.anything:
            names = {"row.names": {"$regex": pattern.regex(any_of_them=every)}}
            query.setdefault("$and", []).append(names)
            pieces += pattern.pieces
    paths += [Path("pieces", {"row.pieces": piece}) for piece in _few(pieces)]
    return Plan(query, few[:1] or tuple(paths) or (Path("newest", {}),))


def after(created: datetime, number: str) -> Query:
    """What comes after this one, newest first."""
    earlier = [{"row.created": {"$lt": created}}, {"row.number": {"$lt": number}}]
    return {"$and": [{"row.created": {"$lte": created}}, {"$or": earlier}]}


def _number(typed: str) -> tuple[str, bool]:
    """The digits to look for, and whether what was typed can't be an order's number."""
    letters = "".join(c for c in typed.casefold() if c.isalpha())
    digits = digits_of(typed)
    wrong = letters not in ("", LETTERS) if digits else not LETTERS.startswith(letters)
    return digits, wrong


def _one_of(field: str, values: tuple[str, ...]) -> Query:
    wanted = sorted(set(values))
    if not wanted:
        return {}
    return {field: wanted[0] if len(wanted) == 1 else {"$in": wanted}}


def _choices(asked: OrderFilter, chosen: Query) -> list[Path]:
    """The way by market and status; by market alone where there are too many pairs of them."""
    markets, statuses = len(set(asked.markets)), len(set(asked.statuses))
    if markets and statuses and markets * statuses <= MOST_SCANS:
        return [Path("market-status", chosen)]
    if markets and markets <= MOST_SCANS:
        return [Path("market", {"row.market": chosen["row.market"]})]
    if statuses and statuses <= MOST_SCANS:
        return [Path("status", {"row.status": chosen["row.status"]})]
    return []


def _few(pieces: list[str]) -> list[str]:
    """Some of many pieces, from all over what was typed: one rare piece is enough."""
    step = -(-len(pieces) // MOST_PIECES) or 1
    return pieces[::step]
