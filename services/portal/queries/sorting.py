"""The orders in which a list can be sorted: those that its indexes have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contracts import Malformed

Query = dict[str, Any]
# Where an order or a cart is in its list: when it was created, and its number or id.
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Sorting:
    """A direction along the indexes of the list, which have the time of creation, then the number.

    `by_number` sorts by the number alone, along its own index. Other conditions would be compared
    order by order there, so it is for lists without a filter. `unique` is the field that tells
    apart what was created at the same time.
    """

    descending: bool = True
    by_number: bool = False
    unique: str = "row.number"

    @property
    def keys(self) -> list[tuple[str, int]]:
        """The sort of MongoDB."""
        direction = -1 if self.descending else 1
        fields = (self.unique,) if self.by_number else ("row.created", self.unique)
        return [(field, direction) for field in fields]

    def after(self, place: Place) -> Query:
        """The condition for the orders that follow this place."""
        return self._beyond(place, "$lt" if self.descending else "$gt")

    def until(self, place: Place) -> Query:
        """The condition for the orders up to this place, the order there included."""
        return self._beyond(place, "$gt" if self.descending else "$lt", here="e")

    def first(self, places: list[Place]) -> Place:
        """The place among these that comes first in the list."""
        return max(places) if self.descending else min(places)

    def last(self, places: list[Place]) -> Place:
        """The place among these that comes last in the list."""
        return min(places) if self.descending else max(places)

    def _beyond(self, place: Place, operator: str, here: str = "") -> Query:
        created, number = place
        if self.by_number:
            return {self.unique: {f"{operator}{here}": number}}
        beyond = [
            {"row.created": {operator: created}},
            {self.unique: {f"{operator}{here}": number}},
        ]
        return {"$and": [{"row.created": {f"{operator}e": created}}, {"$or": beyond}]}


NEWEST_FIRST = Sorting()
NEWEST_CARTS = Sorting(unique="_id")
SORTS: Mapping[str, Sorting] = {
    "newest": NEWEST_FIRST,
    "oldest": Sorting(descending=False),
    "number": Sorting(descending=False, by_number=True),
    "number-down": Sorting(by_number=True),
}


def sorting_of(name: str) -> Sorting:
    """The sorting of this name; without one, newest first. Raises `Malformed`."""
    found = SORTS.get(name or "newest")
    if found is None:
        raise Malformed("sort", f"must be one of {', '.join(SORTS)}")
    return found
