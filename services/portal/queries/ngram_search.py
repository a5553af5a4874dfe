"""Searches names by n-grams: looks up the rarest n-gram, compares what it finds."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from services.portal.projections.ngrams import SEPARATOR, START, Pattern, normalize

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


async def search_exactly(
    collection: AsyncIOMotorCollection, typed: str, limit: int, more: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Documents with a name that equals `typed`, of any length, ordered by name."""
    name = normalize(typed)
    if not name:
        return []
    whole = rf"(?:\A|{SEPARATOR}){re.escape(name)}(?:\z|{SEPARATOR})"
    ngram = START + name[:MIN_LENGTH]
    query = {**(more or {}), "row.pieces": ngram, "row.names": {"$regex": whole}}
    found = collection.find(query).hint(INDEX).sort([("row.names", 1), ("_id", 1)])
    return await found.limit(limit).to_list(None)


async def rarest(collection: AsyncIOMotorCollection, ngrams: Sequence[str]) -> str:
    """The n-gram that the fewest documents have, counted up to `MAX_COUNT`."""
    if len(ngrams) == 1:
        return ngrams[0]
    counts = await asyncio.gather(
        *(
            collection.count_documents({"row.pieces": ngram}, hint=INDEX, limit=MAX_COUNT)
            for ngram in ngrams
        )
    )
    return ngrams[counts.index(min(counts))]
