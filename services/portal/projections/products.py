"""The read model of products: one document per SKU, with n-grams of SKU, name and description."""

from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne

from services.portal.projections.facts import Entry
from services.portal.projections.ngrams import SEPARATOR, ngrams_of, normalize
from services.portal.projections.projection import Document

COLLECTION = "products"
INDEXES = (
    IndexModel(
        [("row.pieces", ASCENDING), ("row.names", ASCENDING), ("_id", ASCENDING)], name="pieces"
    ),
)


def product_of(entry: Entry) -> ReplaceOne:
    """The write that replaces a product by a later entry of the catalog."""
    content = _content(entry.key, entry.data) if entry.data else {}
    # If a later entry was written before, the upsert finds the `_id` taken and changes nothing.
    earlier = {"_id": entry.key, "offset": {"$lt": entry.offset}}
    return ReplaceOne(earlier, {"_id": entry.key, "offset": entry.offset, **content}, upsert=True)


def _content(sku: str, variant: dict[str, Any]) -> Document:
    names = [normalize(variant["name"]), normalize(sku), normalize(variant.get("description"))]
    words = [word for name in names for word in name.split()]
    return {
        "variant": {
            "name": variant["name"],
            "description": variant.get("description"),
            "prices": variant.get("prices", {}),
            "url": variant.get("url"),
            "discontinued": variant.get("discontinued", False),
        },
        "row": {"names": SEPARATOR.join(names), "pieces": sorted(ngrams_of([*names, *words]))},
    }
