"""Finding names by their pieces: the rarest piece is looked up, what it finds is compared."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from services.portal.projections.ngrams import BETWEEN, START, Pattern, plain

INDEX = "pieces"
SHORT = 3
PROBED = 1000


async def anywhere(
    collection: AsyncIOMotorCollection, typed: str, limit: int, more: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Documents with `typed` in any part of a name, in the order of their names.

    One or two characters find what begins so. The collection has `row.pieces`, `row.names` and an
    index over both. `more` are further conditions.
    """
    pattern = Pattern(f"%{typed}")
    if pattern.anything:
        return []
    query: dict[str, Any] = {**(more or {})}
    pieces = pattern.pieces
    if pieces:
        query["row.names"] = {"$regex": pattern.regex(any_of_them=True)}
    else:
        pieces = [START + plain(typed)]
    query["row.pieces"] = await rarest(collection, pieces)
    found = collection.find(query).hint(INDEX).sort([("row.names", 1), ("_id", 1)])
    return await found.limit(limit).to_list(None)


async def exactly(
    collection: AsyncIOMotorCollection, typed: str, limit: int, more: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Documents with a name that is `typed`, as short as it may be, in the order of their names."""
    name = plain(typed)
    if not name:
        return []
    whole = rf"(?:\A|{BETWEEN}){re.escape(name)}(?:\z|{BETWEEN})"
    query = {**(more or {}), "row.pieces": START + name[:SHORT], "row.names": {"$regex": whole}}
    found = collection.find(query).hint(INDEX).sort([("row.names", 1), ("_id", 1)])
    return await found.limit(limit).to_list(None)


async def rarest(collection: AsyncIOMotorCollection, pieces: Sequence[str]) -> str:
    """The piece that the fewest documents have, as far as a bounded count tells."""
    if len(pieces) == 1:
        return pieces[0]
    met = await asyncio.gather(
        *(
            collection.count_documents({"row.pieces": piece}, hint=INDEX, limit=PROBED)
            for piece in pieces
        )
    )
    return pieces[met.index(min(met))]
