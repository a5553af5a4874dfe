"""Questions about carts and drafts."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.carts import CARTS
from services.portal.projections.projection import Document, Part
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, name_of, place_of
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
    """Every method raises `Unavailable` if MongoDB is out of reach."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._carts = database[CARTS.collection]

    async def list(self, following: str | None = None, limit: int = PAGE) -> CartPage:
        """A page of the carts that are no orders yet, newest first. `following` as for orders."""
        limit = max(1, min(limit, LONGEST_PAGE))
        query: dict[str, Any] = {"row.listed": True}
        if following:
            created, cart_id = place_of(following)
            same = {"row.created": created, "_id": {"$gt": cart_id}}
            query |= {
                "row.created": {"$lte": created},
                "$or": [{"row.created": {"$lt": created}}, same],
            }
        with raising_unavailable():
            cursor = self._carts.find(query, {"row": 1}).hint("newest")
            cursor = cursor.sort([("row.created", -1), ("_id", 1)]).limit(limit + 1)
            found = await cursor.to_list(None)
        rows = [CartRow(cart_id=one["_id"], **one["row"]) for one in found[:limit]]
        last = rows[-1] if len(found) > limit else None
        return CartPage(carts=rows, after=name_of(last.created, last.cart_id) if last else None)

    async def get(self, cart_id: str) -> CartDetails | None:
        """A cart in full; None if nobody has heard of it, or it is deleted."""
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


def _totals(told: Part | None) -> Totals | None:
    if told is None:
        return None
    coupons = [coupon | {"why_not": why(coupon, {}, "why_not")} for coupon in told["coupons"]]
    return Totals(**told | {"coupons": coupons})
