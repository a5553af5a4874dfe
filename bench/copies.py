"""Fills databases with copies of what the services wrote about some orders.

The services write the originals. Each copy is their documents with another order id and number of
the same length, so the encoded bytes are copied as they are.
"""

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import NamedTuple

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient

from bench.progress import Progress
from services.portal.projections.ngrams import number_prefixes
from services.portal.projections.orders import ORDERS

AT_ONCE = 1000  # orders
FIRST_NUMBER = 2_000_000  # of the copies; the services begin with 1,000,001
JOURNAL = "journal"
ENCODED = CodecOptions(document_class=RawBSONDocument, tz_aware=True)


def order_id(number: int) -> str:
    """The id of a copy; 0 is the order that is copied. All have the same length."""
    return f"start-{number:07d}-0"


def order_number(number: int) -> str:
    """The order number of a copy."""
    return f"PO{FIRST_NUMBER + number}"


class Copy(NamedTuple):
    """What a copy has instead; its journals are older than those of the original by `age`."""

    order_id: str
    number: str
    age: timedelta = timedelta()


@dataclass(frozen=True)
class Original:
    """The documents about one order: each with its database and collection."""

    order_id: str
    number: str
    documents: Sequence[tuple[str, str, bytes]]

    def copy(self, to: Copy) -> Iterator[tuple[tuple[str, str], RawBSONDocument]]:
        """The documents of a copy, each with its database and collection."""
        new_id, new_number = to.order_id.encode(), to.number.encode()
        for database, collection, document in self.documents:
            copied = document.replace(self.order_id.encode(), new_id)
            copied = copied.replace(self.number.encode(), new_number)
            if collection == ORDERS.collection:
                copied = _found_by(copied, self.number, to.number)
            if to.age and collection == JOURNAL:
                copied = _older(copied, to.age)
            yield (database, collection), RawBSONDocument(copied)


def _found_by(document: bytes, old: str, new: str) -> bytes:
    """A portal's order, found by another number: it has every beginning of its digits."""
    beginnings = (sorted(number_prefixes(number), key=len) for number in (old, new))
    for before, after in zip(*beginnings, strict=True):
        document = document.replace(_text(before), _text(after))
    return document


def _text(text: str) -> bytes:
    return struct.pack("<i", len(text) + 1) + text.encode() + b"\0"


def _older(document: bytes, age: timedelta) -> bytes:
    at = RawBSONDocument(document, ENCODED)["at"]
    return document.replace(_encoded(at.timestamp()), _encoded((at - age).timestamp()))


def _encoded(at: float) -> bytes:
    return b"\x09at\x00" + struct.pack("<q", round(at * 1000))


async def originals(
    mongo: AsyncIOMotorClient, databases: Collection[str], numbers: Mapping[str, str], begin: str
) -> list[Original]:
    """Reads every document whose `_id` names one of these orders.

    numbers  their numbers by id; all ids have the same length
    begin    with what all ids begin

    Raises `RuntimeError` if there is none of an order.
    """
    length = len(next(iter(numbers)))
    found: dict[str, list[tuple[str, str, bytes]]] = {order: [] for order in numbers}
    for name in databases:
        for collection in await mongo[name].list_collection_names():
            raw = mongo[name].get_collection(collection, codec_options=ENCODED)
            async for document in raw.find({"_id": {"$regex": begin}}):
                where = document["_id"].find(begin)
                about = document["_id"][where : where + length]
                if about in found:
                    found[about].append((name, collection, document.raw))
    if not all(found.values()):
        raise RuntimeError("the services have written nothing about an order")
    return [Original(order, numbers[order], documents) for order, documents in found.items()]


async def fill(
    mongo: AsyncIOMotorClient, of: Sequence[Original], wanted: Iterable[Copy], count: int
) -> None:
    """Inserts `count` copies, of the originals in turn."""
    progress, done = Progress("orders copied", count), 0
    pairs = zip(cycle(of), islice(wanted, count), strict=False)
    while some := list(islice(pairs, AT_ONCE)):
        documents: dict[tuple[str, str], list[RawBSONDocument]] = {}
        for original, copy in some:
            for place, document in original.copy(copy):
                documents.setdefault(place, []).append(document)
        for (database, collection), new in documents.items():
            await mongo[database][collection].insert_many(new, ordered=False)
        done += len(some)
        progress.at(done)
