"""Who is served before a shipment that waits for stock, said where its lack of inventory is.

The shipment's own rules can't know it: the queue is the stock's. Whoever asks both puts them
together here.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker

SHORT_OF_STOCK = "no-inventory"
NAMED = 3  # of those before; the rest is counted


class Before(NamedTuple):
    """An order, by its number or id, and how many pieces it waits for."""

    order: str
    wanted: int


class Place(NamedTuple):
    """A shipment's place in the queue for an article: after these."""

    sku: str
    before: Sequence[Before]


def skus_of(lack: Blocker) -> tuple[str, ...]:
    """The articles that a blocker says the stock is short of; none if it says something else.

    It names as many as its sentence does. Blockers of version 0.1 name none.
    """
    if lack.text != SHORT_OF_STOCK or not lack.facts or not lack.facts.get("skus"):
        return ()
    return tuple(lack.facts["skus"].split(", "))


def with_places(lack: Blocker, places: Iterable[Place]) -> Blocker:
    """The blocker with the shipment's places in the queue; any other one as it is."""
    named = skus_of(lack)
    queue = "; ".join(_in_words(place) for place in places if place.sku in named)
    if not queue:
        return lack
    return blocker("no-inventory.queued", **(lack.facts or {}), queue=queue)


def _in_words(place: Place) -> str:
    if not place.before:
        return f"first for {place.sku}"
    named = [f"{each.order} (wants {each.wanted})" for each in place.before[:NAMED]]
    more = len(place.before) - NAMED
    after = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return f"number {len(place.before) + 1} for {place.sku}, after {after}"
