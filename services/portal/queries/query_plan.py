"""Plans how orders are found: which index is scanned, and what is compared afterwards.

Every scan yields its orders in the order of the list from an index: nothing is sorted, and the
collection is never scanned. Which of the possible scans is used, and how far, is chosen in
`windows.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.projections.needs import EXPIRING, NEEDS
from services.portal.projections.ngrams import (
    CUSTOMER,
    DIGITS,
    REFERENCE,
    SKU,
    START,
    TRACKING,
    Pattern,
    digits_of,
    whole_keys,
)
from services.portal.projections.orders import WAITING
from services.portal.queries.cursor import EARLIEST
from services.portal.queries.filters import OrderFilter
from services.portal.queries.sorting import NEWEST_FIRST, Sorting
from shared.contracts.border import LATEST

Query = dict[str, Any]
NUMBER_LETTERS = "po"  # the letters at the start of every order number
MAX_NGRAMS = 4
# The ranges that one scan may have: MongoDB merges them in order; beyond twice as many it sorts.
MAX_SCANS = 100
# The filters that MongoDB compares on the index entries themselves. In the index `pieces` an order
# has many entries, so there each order is fetched, as with the indexes that aren't listed.
_ON_ENTRIES = frozenset({"number", "customer", "name"})
COMPARED = dict.fromkeys(("newest", "market", "status", "market-status", "anonymous"), _ON_ENTRIES)
COMPARED["expiring"] = frozenset({"expiring"})
# Any authorization that expires; as a range, it is compared on the entries.
_EVER: Query = {"row.expires_at": {"$gt": EARLIEST}}
# The cost of fetching an order, in index entries compared.
FETCH_COST = 6


@dataclass(frozen=True, slots=True)
class IndexScan:
    """An index, the condition it is scanned with, and the filters that this condition covers."""

    index: str
    condition: Query
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """The possible `scans` of a query, and the `conditions` to compare, by filter."""

    created: Query
    conditions: Mapping[str, Query]
    scans: tuple[IndexScan, ...]

    def scan_query(self, scan: IndexScan) -> Query:
        """The query that the index answers alone: the scan's condition and the time of creation."""
        return self.created | scan.condition

    def query(self, scan: IndexScan) -> Query:
        """The whole query when this scan is used."""
        rest = [each for name, each in self.conditions.items() if name not in scan.answers]
        return {"$and": [self.scan_query(scan), *rest]}

    def cost(self, scan: IndexScan) -> int:
        """The cost per order of this scan; 0 if it yields only orders that match."""
        rest = self.conditions.keys() - scan.answers
        if not rest:
            return 0
        return 1 if rest <= COMPARED.get(scan.index, frozenset()) else FETCH_COST


def plan(
    order_filter: OrderFilter,
    sorting: Sorting = NEWEST_FIRST,
    expires_before: datetime = LATEST,
) -> QueryPlan | None:
    """The plan for a filter; None if no order can ever match it.

    An authorization expires soon if it expires before `expires_before`.
    """
    digits, nothing = _number(order_filter.number)
    if nothing:
        return None
    created: Query = {"$gte": order_filter.since or EARLIEST}
    if order_filter.before:
        created["$lt"] = order_filter.before
    exact = _exact(order_filter)
    some = _marked(order_filter, expires_before)
    conditions = (
        exact
        | some
        | _one_of("market", order_filter.markets)
        | _one_of("status", order_filter.statuses)
    )
    scans = [IndexScan(_INDEX[name], each, frozenset({name})) for name, each in exact.items()]
    if not scans:
        scans = [_marked_scan(name, each) for name, each in some.items()]
        scans += _choice_scans(order_filter, conditions)
        ngrams = [_ngram_scan(DIGITS + digits, "number")] if digits else []
        ngrams += name_scans("customer", order_filter.customer, CUSTOMER)
        ngrams += name_scans("name", order_filter.name, START)
        scans += sample(ngrams)
        scans += [_ngram_scan(key, "sku") for key in whole_keys(SKU, [order_filter.sku])]
    if digits:
        # In a group, so that MongoDB compares it: as a range it would seek entry by entry.
        conditions["number"] = {"row.number": {"$regex": rf"(?:\A\D*){digits}"}}
    for key in whole_keys(SKU, [order_filter.sku]):
        conditions["sku"] = {"row.pieces": key}
    for name, typed in (("customer", order_filter.customer), ("name", order_filter.name)):
        pattern = Pattern(typed)
        if not pattern.matches_all:
            regex = pattern.regex(any_name=name == "name")
            conditions[name] = {"row.names": {"$regex": regex}}
    # A scan that yields few orders is enough; no other needs to be tried.
    found = scans[:1] if exact else scans or [IndexScan("newest", {})]
    if sorting.by_number:
        found = [IndexScan("number", {"row.number": {"$gt": ""}})]
    return QueryPlan({"row.created": created}, conditions, tuple(found))


_INDEX = {
    "email": "email",
    "customer_id": "customer",
    "tracking": "pieces",
    "reference": "pieces",
    "anonymous": "anonymous",
}


def _exact(order_filter: OrderFilter) -> dict[str, Query]:
    """The conditions that leave few orders, those of one customer; the most selective first."""
    found: dict[str, Query] = {}
    if order_filter.email:
        found["email"] = {"row.email": order_filter.email.strip().casefold()}
    if order_filter.customer_id:
        found["customer_id"] = {"row.customer_id": order_filter.customer_id}
    for key in whole_keys(TRACKING, [order_filter.tracking]):
        found["tracking"] = {"row.pieces": key}
    for key in whole_keys(REFERENCE, [order_filter.reference]):
        found["reference"] = {"row.pieces": key}
    if order_filter.anonymous:
        found["anonymous"] = {"row.anonymous": True}
    return found


def _marked(order_filter: OrderFilter, expires_before: datetime) -> dict[str, Query]:
    """The conditions that have an index of their own, of few orders."""
    found = {"waiting": WAITING} if order_filter.waiting else {}
    if order_filter.needs in NEEDS:
        found["needs"] = {"row.needs": order_filter.needs}
    if order_filter.needs == EXPIRING:
        found["expiring"] = {"row.expires_at": {"$lte": expires_before}}
    return found


def _marked_scan(name: str, condition: Query) -> IndexScan:
    """The scan of such an index. All but one have only orders that meet their condition."""
    if name == "expiring":
        return IndexScan(name, _EVER)
    return IndexScan(name, condition, frozenset({name}))


def _number(typed: str) -> tuple[str, bool]:
    """The digits to search for, and whether `typed` can't be part of an order number."""
    letters = "".join(c for c in typed.casefold() if c.isalpha())
    digits = digits_of(typed)
    wrong = (
        letters not in ("", NUMBER_LETTERS) if digits else not NUMBER_LETTERS.startswith(letters)
    )
    return digits, wrong


def _one_of(name: str, values: tuple[str, ...]) -> dict[str, Query]:
    wanted = sorted(set(values))
    if not wanted:
        return {}
    return {name: {f"row.{name}": wanted[0] if len(wanted) == 1 else {"$in": wanted}}}


def _choice_scans(order_filter: OrderFilter, conditions: Mapping[str, Query]) -> list[IndexScan]:
    """The scan by market and status, or by market alone if there are too many pairs."""
    markets, statuses = len(set(order_filter.markets)), len(set(order_filter.statuses))
    if markets and statuses and markets * statuses <= MAX_SCANS:
        both = conditions["market"] | conditions["status"]
        return [IndexScan("market-status", both, frozenset({"market", "status"}))]
    if markets and markets <= MAX_SCANS:
        return [IndexScan("market", conditions["market"], frozenset({"market"}))]
    if statuses and statuses <= MAX_SCANS:
        return [IndexScan("status", conditions["status"], frozenset({"status"}))]
    return []


def name_scans(name: str, typed: str, mark: str) -> list[IndexScan]:
    """The scans by the n-grams of a name; a single one if one n-gram is the whole term."""
    pattern = Pattern(typed)
    if pattern.prefix:
        return [_ngram_scan(mark + pattern.prefix, name)]
    return [_ngram_scan(ngram) for ngram in pattern.ngrams_marked(mark)]


def _ngram_scan(ngram: str, *answers: str) -> IndexScan:
    return IndexScan("pieces", {"row.pieces": ngram}, frozenset(answers))


def sample(scans: list[IndexScan]) -> list[IndexScan]:
    """At most `MAX_NGRAMS` scans, spread over the term: one rare n-gram is enough."""
    step = -(-len(scans) // MAX_NGRAMS) or 1
    return scans[::step]
