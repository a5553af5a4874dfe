"""Queries for carts and drafts."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.carts import CARTS
from services.portal.projections.projection import Document, Part
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, decode_cursor, encode_cursor
from services.portal.queries.event_texts import why
from services.portal.queries.models.carts import (
    CartDetails,
    CartPage,
    CartRow,
    CartShipment,
    Totals,
)
from shared.runtime.mongo.journal import raising_unavailable


class Carts:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._carts = database[CARTS.collection]

    async def list(self, cursor: str | None = None, limit: int = PAGE) -> CartPage:
        """A page of the carts that aren't orders yet, newest first. `cursor` as for orders."""
        limit = max(1, min(limit, LONGEST_PAGE))
        query: dict[str, Any] = {"row.listed": True}
        if cursor:
            created, cart_id = decode_cursor(cursor)
            same = {"row.created": created, "_id": {"$gt": cart_id}}
            query |= {
                "row.created": {"$lte": created},
                "$or": [{"row.created": {"$lt": created}}, same],
            }
        with raising_unavailable():
            carts = self._carts.find(query, {"row": 1}).hint("newest")
            carts = carts.sort([("row.created", -1), ("_id", 1)]).limit(limit + 1)
            found = await carts.to_list(None)
        rows = [CartRow(cart_id=one["_id"], **one["row"]) for one in found[:limit]]
        last = rows[-1] if len(found) > limit else None
        return CartPage(
            carts=rows, after=encode_cursor(last.created, last.cart_id) if last else None
        )

    async def get(self, cart_id: str) -> CartDetails | None:
        """A cart in full; None if it is unknown or deleted."""
        with raising_unavailable():
            document = await self._carts.find_one({"_id": cart_id})
        return _details(document) if document and "created" in document.get("cart", {}) else None


def _details(document: Document) -> CartDetails:
    cart: Part = document["cart"]
    shipments = [
        CartShipment(
            shipment_id=shipment_id,
            number=number,
            **shipment | {"lines": list(shipment["lines"].values())},
        )
        for number, (shipment_id, shipment) in enumerate(cart["shipments"].items(), 1)
    ]
    return CartDetails(
        cart_id=document["_id"],
        version=document["applied"]["cart"],
        incomplete="gaps" in document,
        **cart | {"shipments": shipments, "totals": _totals(cart.get("totals"))},
    )


def _totals(totals: Part | None) -> Totals | None:
    if totals is None:
        return None
    coupons = [coupon | {"why_not": why(coupon, {}, "why_not")} for coupon in totals["coupons"]]
    return Totals(**totals | {"coupons": coupons})
