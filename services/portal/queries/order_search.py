"""The search box of the order list: one text, read as everything that it may be.

Each reading is a filter of its own, bounded as every search is. Their pages are merged in the order
of the list, each order once, with the first reading that found it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.portal.projections.ngrams import digits_of, normalize
from services.portal.queries.cursor import PAGE
from services.portal.queries.filters import OrderFilter
from services.portal.queries.merged_pages import FoundRows, merge_pages
from services.portal.queries.models.orders import MatchedPage, MatchedRow, OrderPage
from services.portal.queries.orders import Orders
from services.portal.queries.sorting import NEWEST_FIRST, Sorting

# The filters that a text is tried on, the most exact first.
EXACT = ("email", "tracking", "reference", "sku")
READINGS = ("number", *EXACT, "name")
SHORTEST_KEY = 3  # characters: no SKU, tracking number or reference that anybody types is shorter


def readings(text: str) -> dict[str, str]:
    """The filters that a text may stand for, with the value of each."""
    typed = text.strip()
    if not normalize(typed).strip("%"):
        return {}
    if "@" in typed:
        return {"email": typed, "reference": typed}
    found = {}
    digits = digits_of(typed)
    letters = "".join(c for c in typed.casefold() if c.isalpha())
    if letters in ("", "po") and digits:
        found["number"] = typed
    if len(typed) >= SHORTEST_KEY:
        found |= dict.fromkeys(("tracking", "reference", "sku"), typed)
    if letters:
        found["name"] = typed if "%" in typed else f"%{typed}"
    return {name: found[name] for name in READINGS if name in found}


async def search_text(
    orders: Orders,
    text: str,
    order_filter: OrderFilter,
    cursor: str | None = None,
    limit: int = PAGE,
    sorting: Sorting = NEWEST_FIRST,
) -> MatchedPage:
    """A page of the orders that match both the text and the filter.

    A reading whose own filter is set already isn't tried. Raises `Malformed` for a cursor that
    isn't one.
    """
    found = {k: v for k, v in readings(text).items() if not getattr(order_filter, k)}
    texts: list[dict[str, Any]] = [{name: value} for name, value in found.items()]
    filters = [replace(order_filter, **each) for each in texts]
    pages = await asyncio.gather(*(orders.search(each, cursor, limit, sorting) for each in filters))
    return merged(dict(zip(found, pages, strict=True)), limit, sorting)


def merged(pages: Mapping[str, OrderPage], limit: int, sorting: Sorting) -> MatchedPage:
    """Merges pages as far as all of them have been read."""
    found = merge_pages(
        {
            name: FoundRows(
                {(row.created, row.number): row for row in page.orders},
                page.after,
                page.searched_to,
            )
            for name, page in pages.items()
        },
        limit,
        sorting,
    )
    rows = [MatchedRow(**row.model_dump(), matched=name) for name, row in found.rows.values()]
    return MatchedPage(orders=rows, after=found.after, searched_to=found.searched_to)


def is_whole(text: str, row: MatchedRow) -> bool:
    """Whether the text names this order itself, not a part of something that others have."""
    if row.matched == "number":
        return digits_of(text) == digits_of(row.number)
    return row.matched in EXACT
