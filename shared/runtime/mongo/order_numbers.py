"""Order numbers from a counter in MongoDB, reserved in ranges of as many as a batch may need."""

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReturnDocument, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable

FIRST = 1_000_000


class NumberRange:
    """`ports.Numbers`. Each number is drawn once; unused ones are skipped for good."""

    def __init__(self, client: AsyncIOMotorClient, database: str, prefix: str) -> None:
        self._counters = client[database].get_collection(
            "counters", write_concern=WriteConcern(w="majority", j=True)
        )
        self._prefix = prefix
        self._next = 0
        self._end = 0

    async def reserve(self, count: int) -> None:
        """See `ports.Numbers`. Raises `Unavailable`."""
        if self._end - self._next >= count:
            return
        with raising_unavailable():
            counter = await self._counters.find_one_and_update(
                {"_id": self._prefix},
                {"$inc": {"drawn": count}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        self._end = FIRST + counter["drawn"]
        self._next = self._end - count

    def take(self) -> str:
        """Returns the next number: `PO1000042`. Raises `LookupError` if none is reserved."""
        if self._next >= self._end:
            raise LookupError("no number was reserved")
        self._next += 1
        return f"{self._prefix}{self._next}"
