"""The search of the list of carts: its filter, its plan, and the text of its search box.

As for orders, every scan reads an index in the order of the list, and a request examines one window
of it (`windows.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.portal.projections.ngrams import (
    CART_ID,
    SKU,
    START,
    Pattern,
    email_key,
    normalize,
    whole_keys,
)
from services.portal.queries.cursor import EARLIEST, PAGE
from services.portal.queries.merged_pages import FoundRows, merge_pages
from services.portal.queries.models.carts import CartPage, MatchedCart, MatchedCarts
from services.portal.queries.query_plan import IndexScan, Query, QueryPlan, name_scans, sample
from services.portal.queries.sorting import NEWEST_CARTS

SHORTEST_KEY = 3  # characters, as in the search of orders


@dataclass(frozen=True, slots=True)
class CartFilter:
    """All conditions have to hold. Empty fields don't restrict.

    cart_id  the whole id, ignoring case
    email    the customer's whole email address, ignoring case
    sku      with a line of this SKU, ignoring case
    name     prefix of the customer's name, or of a recipient's where the customer has none; `%` for
             any characters
    """

    cart_id: str = ""
    email: str = ""
    sku: str = ""
    name: str = ""


# Returns a page of the carts that match a filter, from a cursor on.
Search = Callable[[CartFilter, str | None, int], Awaitable[CartPage]]


def plan_carts(cart_filter: CartFilter) -> QueryPlan:
    """The plan for a filter. Ids, emails and SKUs are keys, which yield only carts that match."""
    email = cart_filter.email.strip()
    keys = {
        "cart_id": whole_keys(CART_ID, [cart_filter.cart_id]),
        "email": {email_key(email)} if email else set(),
        "sku": whole_keys(SKU, [cart_filter.sku]),
    }
    conditions: dict[str, Query] = {
        name: {"row.pieces": key} for name, found in keys.items() for key in found
    }
    scans = [IndexScan("pieces", each, frozenset({name})) for name, each in conditions.items()]
    pattern = Pattern(cart_filter.name)
    if not pattern.matches_all:
        conditions["name"] = {"row.names": {"$regex": pattern.regex(any_name=True)}}
        scans = scans or sample(name_scans("name", cart_filter.name, START))
    newest = IndexScan("newest", {})
    return QueryPlan({"row.created": {"$gte": EARLIEST}}, conditions, tuple(scans or [newest]))


def cart_readings(text: str) -> dict[str, str]:
    """The fields of the filter that a text may stand for, the most exact first."""
    typed = text.strip()
    if not normalize(typed).strip("%"):
        return {}
    if "@" in typed:
        return {"email": typed}
    found = {"cart_id": typed}
    if len(typed) >= SHORTEST_KEY:
        found["sku"] = typed
    return found | {"name": typed}


async def search_carts(
    search: Search, text: str, cursor: str | None = None, limit: int = PAGE
) -> MatchedCarts:
    """A page of the carts that match the text in any reading, newest first.

    Raises `Malformed` for a cursor that isn't one.
    """
    found = cart_readings(text)
    filters = [CartFilter(**{name: value}) for name, value in found.items()]
    pages = await asyncio.gather(*(search(each, cursor, limit) for each in filters))
    merged = merge_pages(
        {
            name: FoundRows(
                {(row.created, row.cart_id): row for row in page.carts},
                page.after,
                page.searched_to,
            )
            for name, page in zip(found, pages, strict=True)
        },
        limit,
        NEWEST_CARTS,
    )
    rows = [MatchedCart(**row.model_dump(), matched=name) for name, row in merged.rows.values()]
    return MatchedCarts(carts=rows, after=merged.after, searched_to=merged.searched_to)
