"""The products: one document an article, found by SKU and by any part of name or description."""

from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne

from services.portal.projections.facts import Entry
from services.portal.projections.ngrams import BETWEEN, pieces_of, plain
from services.portal.projections.projection import Document

COLLECTION = "products"
INDEXES = (
    IndexModel(
        [("row.pieces", ASCENDING), ("row.names", ASCENDING), ("_id", ASCENDING)], name="pieces"
    ),
)


def product_of(entry: Entry) -> ReplaceOne:
    """Writes what an entry of the catalog says of an article, over what an earlier one said."""
    content = _content(entry.key, entry.data) if entry.data else {}
    # A later one makes it find its `_id` taken, and change nothing.
    earlier = {"_id": entry.key, "offset": {"$lt": entry.offset}}
    return ReplaceOne(earlier, {"_id": entry.key, "offset": entry.offset, **content}, upsert=True)


def _content(sku: str, variant: dict[str, Any]) -> Document:
    names = [plain(variant["name"]), plain(sku), plain(variant.get("description"))]
    words = [word for name in names for word in name.split()]
    return {
        "variant": {
            "name": variant["name"],
            "description": variant.get("description"),
            "prices": variant.get("prices", {}),
            "url": variant.get("url"),
            "discontinued": variant.get("discontinued", False),
        },
        "row": {"names": BETWEEN.join(names), "pieces": sorted(pieces_of([*names, *words]))},
    }
