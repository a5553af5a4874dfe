"""Queries for carts and drafts."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.carts import CARTS
from services.portal.projections.projection import Document, Part
from services.portal.queries.cart_search import CartFilter, plan_carts, search_carts
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, decode_cursor, encode_cursor
from services.portal.queries.event_texts import why
from services.portal.queries.models.carts import (
    CartDetails,
    CartPage,
    CartRow,
    CartShipment,
    MatchedCarts,
    Totals,
)
from services.portal.queries.query_plan import IndexScan, QueryPlan
from services.portal.queries.sorting import NEWEST_CARTS, Place
from services.portal.queries.windows import Probe, Window, choose_window
from shared.runtime.mongo.journal import raising_unavailable

_PLACE = {"row.created": 1}  # and the id: both are in every index of the list
_SHOWN = {"row.names": 0, "row.pieces": 0} | dict.fromkeys(CARTS.parts, 0)


class Carts:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._carts = database[CARTS.collection]

    async def list(
        self, cursor: str | None = None, limit: int = PAGE, text: str = ""
    ) -> CartPage | MatchedCarts:
        """A page of the carts that aren't orders yet, newest first. `cursor` as for orders.

        With `text`, those that it names: by id, customer's name or email, or SKU.
        """
        if text.strip():
            return await search_carts(self.search, text, cursor, limit)
        return await self.search(CartFilter(), cursor, limit)

    async def search(
        self, cart_filter: CartFilter, cursor: str | None = None, limit: int = PAGE
    ) -> CartPage:
        """A page of the listed carts that match. Raises `Malformed` if `cursor` isn't one."""
        limit = max(1, min(limit, LONGEST_PAGE))
        position = NEWEST_CARTS.after(decode_cursor(cursor)) if cursor else {}
        plan = plan_carts(cart_filter)
        with raising_unavailable():
            window = await choose_window(plan, self._prober(plan, position), NEWEST_CARTS)
            found = await self.find(plan, window, position, limit + 1).to_list(None)
        rows = [CartRow(cart_id=one["_id"], **one["row"]) for one in found[:limit]]
        if len(found) > limit:
            last = rows[-1]
            return CartPage(carts=rows, after=encode_cursor(last.created, last.cart_id))
        if window.end:
            end = encode_cursor(*window.end)
            return CartPage(carts=rows, after=end, searched_to=window.end[0])
        return CartPage(carts=rows, after=None)

    def find(self, plan: QueryPlan, window: Window, position: Document, limit: int) -> Any:
        """The cursor of MongoDB for a query in this window."""
        query = {"$and": [plan.query(window.scan), position, window.bound]}
        found = self._carts.find(query, _SHOWN).hint(window.scan.index)
        return found.sort(NEWEST_CARTS.keys).limit(limit)

    def _prober(self, plan: QueryPlan, position: Document) -> Probe:
        """The probe for `choose_window`, from a position on; it reads index entries only."""

        async def place_behind(scan: IndexScan, number: int) -> Place | None:
            query = {"$and": [plan.scan_query(scan), position]}
            found = self._carts.find(query, _PLACE).hint(scan.index).sort(NEWEST_CARTS.keys)
            ends = await found.skip(number).limit(1).to_list(None)
            return (ends[0]["row"]["created"], ends[0]["_id"]) if ends else None

        return place_behind

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
