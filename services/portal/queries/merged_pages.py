"""Merges the pages of several searches into one page, in the order of their list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from services.portal.queries.cursor import decode_cursor, encode_cursor
from services.portal.queries.sorting import Place, Sorting

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class FoundRows(Generic[Row]):
    """What one search has found: rows by their places, and where it goes on, as in `OrderPage`."""

    rows: Mapping[Place, Row]
    after: str | None
    searched_to: datetime | None = None


def merge_pages(
    pages: Mapping[str, FoundRows[Row]], limit: int, sorting: Sorting
) -> FoundRows[tuple[str, Row]]:
    """Merges pages as far as all of them have been read, up to `limit` rows.

    Each row stands there once, with the name of the first page that has it.
    """
    ends = {name: decode_cursor(page.after) for name, page in pages.items() if page.after}
    end = sorting.first(list(ends.values())) if ends else None
    by_place: dict[Place, tuple[str, Row]] = {}
    for name, page in pages.items():
        for place, row in page.rows.items():
            if end is None or place == end or sorting.first([place, end]) == place:
                by_place.setdefault(place, (name, row))
    places = sorted(by_place, reverse=sorting.descending)
    rows = {place: by_place[place] for place in places[:limit]}
    if len(places) > limit:
        return FoundRows(rows, encode_cursor(*places[limit - 1]))
    if end is None:
        return FoundRows(rows, None)
    searched = next((page.searched_to for n, page in pages.items() if ends.get(n) == end), None)
    return FoundRows(rows, encode_cursor(*end), searched)
