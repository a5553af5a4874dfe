"""Fills databases with copies of what the services wrote about one order.

The services write the first order. Each copy is their documents with another order id and number of
the same length, so the encoded bytes are copied as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient

from bench.progress import Progress

AT_ONCE = 1000  # orders
FIRST_NUMBER = 2_000_000  # of the copies; the services begin with 1,000,001


def order_id(number: int) -> str:
    """The id of a copy; 0 is the order that is copied. All have the same length."""
    return f"start-{number:07d}-0"


def order_number(number: int) -> str:
    """The order number of a copy."""
    return f"PO{FIRST_NUMBER + number}"


@dataclass(frozen=True)
class Original:
    """The documents about one order: each with its database and collection."""

    documents: Sequence[tuple[str, str, bytes]]
    number: str

    def copies(self, first: int, count: int) -> Mapping[tuple[str, str], list[RawBSONDocument]]:
        """The documents of copies, by database and collection."""
        found: dict[tuple[str, str], list[RawBSONDocument]] = {}
        old_id, old_number = order_id(0).encode(), self.number.encode()
        for number in range(first, first + count):
            new_id, new_number = order_id(number).encode(), order_number(number).encode()
            for database, collection, document in self.documents:
                copied = document.replace(old_id, new_id).replace(old_number, new_number)
                found.setdefault((database, collection), []).append(RawBSONDocument(copied))
        return found


async def original(mongo: AsyncIOMotorClient, databases: Sequence[str], number: str) -> Original:
    """Reads every document whose `_id` names the first order. Raises `RuntimeError` without any."""
    found = []
    for name in databases:
        for collection in await mongo[name].list_collection_names():
            raw = mongo[name].get_collection(
                collection, codec_options=CodecOptions(document_class=RawBSONDocument)
            )
            about = raw.find({"_id": {"$regex": order_id(0)}})
            found += [(name, collection, document.raw) async for document in about]
    if not found:
        raise RuntimeError("the services have written nothing about the order")
    return Original(found, number)


async def fill(mongo: AsyncIOMotorClient, first: Original, orders: int) -> None:
    """Inserts `orders` copies."""
    progress = Progress("orders copied", orders)
    for start in range(1, orders + 1, AT_ONCE):
        count = min(AT_ONCE, orders + 1 - start)
        for (database, collection), documents in first.copies(start, count).items():
            await mongo[database][collection].insert_many(documents, ordered=False)
        progress.at(start + count - 1)
