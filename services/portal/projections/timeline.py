"""The timeline: every fact about an order, as it came. The cart that it was is part of it."""

from pymongo import ASCENDING, IndexModel

from services.portal.projections.facts import Fact, text_of
from services.portal.projections.projection import Document

COLLECTION = "timeline"
INDEXES = (IndexModel([("about", ASCENDING), ("name", ASCENDING)], name="about"),)
# The facts that stay when everything else about something deleted is erased; the money's says what
# was taken and not given back.
LASTING = ("order.deleted", "payment.account-deleted", "cart.deleted")


def entry_of(fact: Fact, about: str) -> Document:
    """A fact as the timeline keeps it. Its `_id` is its place, so a repeat is the same entry."""
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
