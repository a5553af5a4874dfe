"""The timeline: every event of an order, including those of the cart that it was before."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from heapq import merge

from pymongo import ASCENDING, IndexModel

from services.portal.projections.facts import Fact, text_of
from services.portal.projections.projection import Document

COLLECTION = "timeline"
INDEXES = (IndexModel([("about", ASCENDING), ("name", ASCENDING)], name="about"),)
# The events that are kept when everything else about a deleted order or cart is erased. The payment
# event records the money that was captured and not refunded.
LASTING = ("order.deleted", "payment.account-deleted", "cart.deleted")
# The order in which events flow from one service to the next.
_FLOW = ("cart", "order", "payment", "shipment", "stock")


def entry_of(fact: Fact, about: str) -> Document:
    """The timeline entry of an event. Its `_id` is the event's position: a repeat is the same."""
    return {
        "_id": f"{fact.source}/{fact.stream}@{fact.sequence:010d}",
        "about": about,
        "source": fact.source,
        "sequence": fact.sequence,
        "name": fact.name,
        "at": fact.at,
        "actor": fact.actor,
        "message_id": fact.message_id,
        "cause": fact.cause,
        "correlation": fact.correlation,
        "data": text_of(fact.data),
    }


def in_order(entries: Iterable[Document]) -> list[Document]:
    """Sorts entries by time, keeping the entries of each stream in their sequence.

    The clocks of services differ, so the order between streams is approximate. Entries of the same
    time are ordered by `_FLOW`: causes before effects.
    """
    streams: dict[str, list[tuple[datetime, int, int, Document]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: e["sequence"]):
        stream = streams[entry["_id"].partition("@")[0]]
        at = max(entry["at"], stream[-1][0]) if stream else entry["at"]
        rank = _FLOW.index(entry["source"])
        stream.append((at, rank, entry["sequence"], entry))
    merged = merge(*streams.values(), key=lambda placed: placed[:2])
    return [entry for *_, entry in merged]
