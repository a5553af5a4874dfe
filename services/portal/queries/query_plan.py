"""How an order is found: which index, and what is compared afterwards.

Every way gives the order that is asked for, newest first, from an index: nothing is sorted, and
the collection is never walked through. Where several ways lead there, the one that costs least is
taken; that is found out by counting along each, up to a bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.projections.ngrams import CUSTOMER, DIGITS, START, Pattern, digits_of
from services.portal.queries.cursor import EARLIEST
from services.portal.queries.filters import OrderFilter

Query = dict[str, Any]
LETTERS = "po"  # what every order's number begins with
MOST_PIECES = 4
# MongoDB merges as many scans in order; beyond twice that it would sort.
MOST_SCANS = 100
# Whose entries say nothing of the names: each order is fetched to be compared.
FETCHING = ("pieces",)
# What a fetched order costs, in entries that are compared as they are.
FETCH = 6


@dataclass(frozen=True, slots=True)
class IndexScan:
    """An index with the condition that it answers, and which of the filters that settles."""

    index: str
    condition: Query
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """`asked` says what is looked for, filter by filter, `paths` how it may be found."""

    created: Query
    asked: Mapping[str, Query]
    paths: tuple[IndexScan, ...]

    def along(self, path: IndexScan) -> Query:
        """What the index answers by itself: the path's condition, and when they were created."""
        return self.created | path.condition

    def query(self, path: IndexScan) -> Query:
        """The whole question, for this way."""
        rest = [each for name, each in self.asked.items() if name not in path.answers]
        return {"$and": [self.along(path), *rest]}

    def cost(self, path: IndexScan) -> int:
        """What one order on this way costs; nothing to speak of if none is there in vain."""
        if path.answers >= self.asked.keys():
            return 0
        return FETCH if path.index in FETCHING else 1


def plan(asked: OrderFilter) -> QueryPlan | None:
    """How to find what is asked for; None if nothing can be it, whatever orders there are."""
    digits, nothing = _number(asked.number)
    if nothing:
        return None
    created: Query = {"$gte": asked.since or EARLIEST}
    if asked.before:
        created["$lt"] = asked.before
    exact = _exact(asked)
    conditions = exact | _one_of("market", asked.markets) | _one_of("status", asked.statuses)
    paths = [IndexScan(_INDEX[name], each, frozenset({name})) for name, each in exact.items()]
    if not paths:
        paths = _choices(asked, conditions)
        pieces = [_path(DIGITS + digits, "number")] if digits else []
        pieces += _by_name("customer", asked.customer, CUSTOMER)
        pieces += _by_name("name", asked.name, START)
        paths += _few(pieces)
    if digits:
        # In brackets, so that it is compared: a range would be jumped to, entry by entry.
        conditions["number"] = {"row.number": {"$regex": rf"(?:\A\D*){digits}"}}
    for name, typed in (("customer", asked.customer), ("name", asked.name)):
        pattern = Pattern(typed)
        if not pattern.anything:
            regex = pattern.regex(any_of_them=name == "name")
            conditions[name] = {"row.names": {"$regex": regex}}
    # One of those that are so few is enough, and nothing else need be looked at.
    found = paths[:1] if exact else paths or [IndexScan("newest", {})]
    return QueryPlan({"row.created": created}, conditions, tuple(found))


def after(created: datetime, number: str) -> Query:
    """What comes after this one, newest first."""
    earlier = [{"row.created": {"$lt": created}}, {"row.number": {"$lt": number}}]
    return {"$and": [{"row.created": {"$lte": created}}, {"$or": earlier}]}


_INDEX = {"email": "email", "customer_id": "customer", "anonymous": "anonymous"}


def _exact(asked: OrderFilter) -> dict[str, Query]:
    """What leaves few orders: whose they are, the fewest first."""
    found: dict[str, Query] = {}
    if asked.email:
        found["email"] = {"row.email": asked.email.strip().casefold()}
    if asked.customer_id:
        found["customer_id"] = {"row.customer_id": asked.customer_id}
    if asked.anonymous:
        found["anonymous"] = {"row.anonymous": True}
    return found


def _number(typed: str) -> tuple[str, bool]:
    """The digits to look for, and whether what was typed can't be an order's number."""
    letters = "".join(c for c in typed.casefold() if c.isalpha())
    digits = digits_of(typed)
    wrong = letters not in ("", LETTERS) if digits else not LETTERS.startswith(letters)
    return digits, wrong


def _one_of(name: str, values: tuple[str, ...]) -> dict[str, Query]:
    wanted = sorted(set(values))
    if not wanted:
        return {}
    return {name: {f"row.{name}": wanted[0] if len(wanted) == 1 else {"$in": wanted}}}


def _choices(asked: OrderFilter, conditions: Mapping[str, Query]) -> list[IndexScan]:
    """The way by market and status; by market alone where there are too many pairs of them."""
    markets, statuses = len(set(asked.markets)), len(set(asked.statuses))
    if markets and statuses and markets * statuses <= MOST_SCANS:
        both = conditions["market"] | conditions["status"]
        return [IndexScan("market-status", both, frozenset({"market", "status"}))]
    if markets and markets <= MOST_SCANS:
        return [IndexScan("market", conditions["market"], frozenset({"market"}))]
    if statuses and statuses <= MOST_SCANS:
        return [IndexScan("status", conditions["status"], frozenset({"status"}))]
    return []


def _by_name(name: str, typed: str, mark: str) -> list[IndexScan]:
    """The ways by the pieces of a name; one alone if a piece is all that was typed."""
    pattern = Pattern(typed)
    if pattern.whole:
        return [_path(mark + pattern.whole, name)]
    return [_path(piece) for piece in pattern.pieces_from(mark)]


def _path(piece: str, *answers: str) -> IndexScan:
    return IndexScan("pieces", {"row.pieces": piece}, frozenset(answers))


def _few(paths: list[IndexScan]) -> list[IndexScan]:
    """Some of many pieces, from all over what was typed: one rare piece is enough."""
    step = -(-len(paths) // MOST_PIECES) or 1
    return paths[::step]
