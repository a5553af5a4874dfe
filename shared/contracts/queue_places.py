"""Adds the position in the queue to the blocker of a shipment that waits for stock.

The shipment's rules don't know the queue, which belongs to the stock. Callers that ask both combine
the answers here.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker

# The texts of a shipment that waits for stock, without and with its place in the queue.
QUEUED = {
    "no-inventory": "no-inventory.queued",
    "no-inventory.elsewhere": "no-inventory.elsewhere-queued",
}
NAMED = 3  # orders before it; the others are only counted


class Before(NamedTuple):
    """An order, by its number or id, and the quantity that it waits for."""

    order: str
    wanted: int


class Place(NamedTuple):
    """A shipment's place in the queue for an article, with the orders before it."""

    sku: str
    before: Sequence[Before]


def skus_of(lack: Blocker) -> tuple[str, ...]:
    """The articles that are short according to a blocker; empty for any other blocker.

    They are those that its text names. Blockers of version 0.1 name none.
    """
    if lack.text not in QUEUED or not lack.facts or not lack.facts.get("skus"):
        return ()
    return tuple(lack.facts["skus"].split(", "))


def with_places(lack: Blocker, places: Iterable[Place]) -> Blocker:
    """Adds the shipment's places in the queue to a blocker; returns any other one unchanged."""
    named = skus_of(lack)
    queue = "; ".join(_described(place) for place in places if place.sku in named)
    if not queue or lack.text is None:
        return lack
    return blocker(QUEUED[lack.text], **(lack.facts or {}), queue=queue)


def _described(place: Place) -> str:
    if not place.before:
        return f"first for {place.sku}"
    named = [f"{each.order} (wants {each.wanted})" for each in place.before[:NAMED]]
    more = len(place.before) - NAMED
    after = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return f"number {len(place.before) + 1} for {place.sku}, after {after}"
