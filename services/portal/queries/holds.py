"""The query behind the list of holds."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.orders import HELD, ORDERS
from services.portal.queries.models.details import Hold
from services.portal.queries.models.holds import HeldOrder, HoldPage
from shared.runtime.mongo.journal import raising_unavailable

# Orders that are read for a page, of those to review and of the others.
MOST = 200

_SHOWN = {"row.number": 1, "row.customer": 1, "row.market": 1, "row.holds": 1}


class Holds:
    """Orders with holds. Raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]

    async def page(self, today: date, hold_type: str | None = None) -> HoldPage:
        """Holds whose review date is before `today`, the first due first, then the oldest.

        `hold_type` restricts it to a type; "" is the holds without one.
        """
        of_type = {} if hold_type is None else {"row.hold_types": hold_type}
        due = {"row.review_on": {"$lt": today.isoformat()}} | of_type
        listed = HELD | of_type
        index = "holds" if hold_type is None else "holds-type"
        with raising_unavailable():
            late = await self._read(due, "row.review_on", "holds-review")
            old = await self._read(listed, "row.held_since", index)
        found = {order["_id"]: order for order in [*late, *old]}.values()
        holds = [
            each
            for order in found
            for each in _holds(order, today)
            if hold_type in (None, each.hold.hold_type or "")
        ]
        holds.sort(key=_urgency)
        return HoldPage(holds=holds[:MOST], more=len(holds) > MOST or len(old) > MOST)

    async def _read(self, query: dict[str, Any], by: str, index: str) -> list[dict[str, Any]]:
        found = self._orders.find(query, _SHOWN).hint(index).sort([(by, 1)]).limit(MOST + 1)
        orders: list[dict[str, Any]] = await found.to_list(None)
        return orders


def _holds(order: dict[str, Any], today: date) -> Iterator[HeldOrder]:
    row = order["row"]
    for each in row.get("holds", ()):
        hold = Hold(**each)
        overdue = hold.review_on is not None and hold.review_on < today
        yield HeldOrder(
            order_id=order["_id"],
            number=row["number"],
            customer=row["customer"],
            market=row["market"],
            hold=hold,
            overdue=overdue,
        )


def _urgency(each: HeldOrder) -> tuple[Any, ...]:
    """Sorts by review date if it has passed, then by age."""
    review = each.hold.review_on if each.overdue else None
    return (not each.overdue, review or date.max, each.hold.since, each.order_id)
