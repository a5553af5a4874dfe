"""Searches names by n-grams: looks up the rarest n-gram, compares what it finds."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from services.portal.projections.ngrams import BETWEEN, START, Pattern, plain

INDEX = "pieces"
MIN_LENGTH = 3
MAX_COUNT = 1000


async def search_anywhere(
    collection: AsyncIOMotorCollection, typed: str, limit: int, more: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Documents with `typed` in any part of a name, ordered by name.

    One or two characters match prefixes. The collection needs `row.pieces`, `row.names` and an
    index on both. `more` adds conditions.
    """
    pattern = Pattern(f"%{typed}")
    if pattern.matches_all:
        return []
    query: dict[str, Any] = {**(more or {})}
    ngrams = pattern.ngrams
    if ngrams:
        query["row.names"] = {"$regex": pattern.regex(any_name=True)}
    else:
        ngrams = [START + normalize(typed)]
    query["row.pieces"] = await rarest(collection, ngrams)
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
            collection.count_documents({"row.pieces": ngram}, hint=INDEX, limit=MAX_COUNT)
            for ngram in ngrams
        )
    )
    return ngrams[counts.index(min(counts))]
