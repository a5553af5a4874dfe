"""The timeline: every event of an order, including those of the cart that it was before."""

from pymongo import ASCENDING, IndexModel

from services.portal.projections.facts import Fact, text_of
from services.portal.projections.projection import Document

COLLECTION = "timeline"
INDEXES = (IndexModel([("about", ASCENDING), ("name", ASCENDING)], name="about"),)
# The events that are kept when everything else about a deleted order or cart is erased. The payment
# event records the money that was captured and not refunded.
LASTING = ("order.deleted", "payment.account-deleted", "cart.deleted")


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
