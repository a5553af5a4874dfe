"""Queries for returns: lists by status and warehouse, and a return by its number."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.orders import ORDERS
from services.portal.queries.models.returns import ReturnPage, ReturnRow
from shared.runtime.mongo.journal import raising_unavailable

OPEN = ("AwaitingStockReturn", "AwaitingCompletion")
# Returns that have ended are listed for so long; each order has all of its own.
LISTED_DAYS = 30
MOST = 1000  # orders that are looked at
MAX_COUNT = 10_000

_NUMBER = re.compile(r"(.+)-R(\d{1,6})", re.IGNORECASE)
_ROW = {"row.returns": 1, "row.number": 1, "row.customer": 1, "row.customer_email": 1}


class Returns:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]

    async def list(self, status: str, warehouse: str | None, limit: int) -> ReturnPage:
        """The returns in a status, of a warehouse or of all.

        Open ones come oldest first; those that have ended in the last 30 days newest first.
        """
        wanted = _wanted(status, warehouse)
        with raising_unavailable():
            query = {"row.returns": {"$elemMatch": wanted}}
            found = self._orders.find(query, _ROW).hint("returns").limit(MOST + 1)
            documents = await found.to_list(None)
        rows = [row for document in documents for row in _rows(document, status, warehouse)]
        rows.sort(key=lambda row: (row.since, row.number), reverse=status not in OPEN)
        return ReturnPage(returns=rows[:limit], more=len(rows) > limit or len(documents) > MOST)

    async def counts(self, warehouse: str | None) -> dict[str, int]:
        """The number of orders with a return in each open status, counted to 10,000."""
        with raising_unavailable():
            found = await asyncio.gather(
                *(
                    self._orders.count_documents(
                        {"row.returns": {"$elemMatch": _wanted(status, warehouse)}},
                        hint="returns",
                        limit=MAX_COUNT,
                    )
                    for status in OPEN
                )
            )
        return dict(zip(OPEN, found, strict=True))

    async def find(self, typed: str) -> tuple[str, str] | None:
        """The ids of the order and the return that a number or an id names."""
        text = typed.strip()
        by_number = _NUMBER.fullmatch(text)
        query: dict[str, Any] = {"row.returns.return_id": text}
        index = "return-ids"
        if by_number:
            query, index = {"row.number": by_number[1].upper()}, "number"
        with raising_unavailable():
            document = await self._orders.find_one(query, {"row.returns": 1}, hint=index)
        if document is None:
            return None
        names = (text, text.upper())
        for each in document["row"].get("returns", ()):
            if each["return_id"] in names or each["number"] in names:
                return document["_id"], each["return_id"]
        return None


def _wanted(status: str, warehouse: str | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {"status": status}
    if warehouse:
        wanted["warehouse"] = warehouse
    if status not in OPEN:
        wanted["since"] = {"$gte": datetime.now(UTC) - timedelta(days=LISTED_DAYS)}
    return wanted


def _rows(document: dict[str, Any], status: str, warehouse: str | None) -> list[ReturnRow]:
    row = document["row"]
    about = {
        "order_id": document["_id"],
        "order_number": row["number"],
        "customer": row["customer"] or row["customer_email"],
    }
    return [
        ReturnRow(**about, **each)
        for each in row["returns"]
        if each["status"] == status and warehouse in (None, each["warehouse"])
    ]
