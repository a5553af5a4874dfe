"""Numbers for people, drawn from a counter in MongoDB in runs of as many as a batch may need."""

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReturnDocument, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable

FIRST = 1_000_000


class NumberRange:
    """`ports.Numbers`: a number is drawn once; those that aren't used are left out for good."""

    def __init__(self, client: AsyncIOMotorClient, database: str, prefix: str) -> None:
        self._counters = client[database].get_collection(
            "counters", write_concern=WriteConcern(w="majority", j=True)
        )
        self._prefix = prefix
        self._next = 0
        self._end = 0

    async def reserve(self, count: int) -> None:
        """Makes sure that `take` can be called `count` times. Raises `Unavailable`."""
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
        """The next number, such as `PO1000042`."""
        if self._next >= self._end:
            raise LookupError("no number was reserved")
        self._next += 1
        return f"{self._prefix}{self._next}"
