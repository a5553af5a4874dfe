"""Where the latest orders of a customer went."""

from collections.abc import Iterator
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from services.portal.projections.projection import Document
from services.portal.queries.cursor import EARLIEST
from services.portal.queries.sorting import NEWEST_FIRST
from shared.contracts.address import Address

LATEST = 20  # orders that are looked at

# The addresses alone: the lines of an order may be thousands.
_SHIPMENTS: Document = {"$ifNull": ["$shipment.shipments", {}]}
_PARTS: Document = {
    "order.shipments.shipment_id": 1,
    "order.shipments.address": 1,
    "edited": {
        "$map": {
            "input": {"$objectToArray": _SHIPMENTS},
            "in": {"shipment_id": "$$this.k", "address": "$$this.v.address"},
        }
    },
}


async def latest_addresses(orders: AsyncIOMotorCollection, customer_id: str) -> list[Address]:
    """The addresses of the customer's `LATEST` orders, newest first, each once."""
    query = {"row.created": {"$gte": EARLIEST}, "row.customer_id": customer_id}
    found = orders.find(query, _PARTS).hint("customer").sort(NEWEST_FIRST.keys).limit(LATEST)
    addresses = [each for document in await found.to_list(None) for each in _addresses(document)]
    return list(dict.fromkeys(addresses))


def _addresses(document: Document) -> Iterator[Address]:
    """Those of one order; what the shipment service knows takes precedence, as on its page."""
    edited: dict[str, Any] = {
        each["shipment_id"]: each["address"]
        for each in document.get("edited", ())
        if each.get("address")
    }
    for placed in document.get("order", {}).get("shipments", ()):
        if address := edited.get(placed["shipment_id"], placed.get("address")):
            yield Address(**address)
