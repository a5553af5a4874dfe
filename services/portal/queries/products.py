"""Queries for products."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import products
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.products import CatalogPage, CatalogProduct, Product
from services.portal.queries.ngram_search import MIN_LENGTH, search_anywhere, search_exactly
from shared.runtime.mongo.journal import raising_unavailable

FOUND = 20


class Products:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._products = database[products.COLLECTION]

    async def search(self, typed: str, market: str, limit: int = FOUND) -> list[Product]:
        """Products on sale with `typed` in any part of SKU, name or description, by name.

        Fewer than three characters find what is called just that. The price is `market`'s.
        """
        sold = {"variant.discontinued": False}
        short = len(typed.strip()) < MIN_LENGTH
        with raising_unavailable():
            look = search_exactly if short else search_anywhere
            found = await look(self._products, typed, limit, sold)
        return [_product(one, market) for one in found]

    async def catalog(self, typed: str, after: str = "", limit: int = PAGE) -> CatalogPage:
        """Products, sold or not: a page of all by SKU, or the first that match `typed`, by name."""
        limit = max(1, min(limit, LONGEST_PAGE))
        look = search_exactly if len(typed.strip()) < MIN_LENGTH else search_anywhere
        with raising_unavailable():
            if typed.strip():
                found = await look(self._products, typed, limit)
            else:
                query = {"_id": {"$gt": after}, "variant": {"$exists": True}}
                every = self._products.find(query).sort([("_id", 1)])
                found = await every.limit(limit + 1).to_list(None)
        last = found[limit - 1]["_id"] if len(found) > limit else None
        return CatalogPage(products=[_in_catalog(one) for one in found[:limit]], after=last)

    async def in_catalog(self, sku: str) -> CatalogProduct | None:
        """A product with all of its prices; None if the catalog doesn't have it."""
        with raising_unavailable():
            found = await self._products.find_one({"_id": sku, "variant": {"$exists": True}})
        return _in_catalog(found) if found else None

    async def with_name(self, typed: str, limit: int) -> list[str]:
        """The SKUs of articles, sold or not, that `search` would find; at most `limit`."""
        look = search_exactly if len(typed.strip()) < MIN_LENGTH else search_anywhere
        with raising_unavailable():
            found = await look(self._products, typed, limit)
        return [one["_id"] for one in found]

    async def get(self, sku: str, market: str) -> Product | None:
        """A product, also a discontinued one; None if the catalog doesn't have it."""
        with raising_unavailable():
            found = await self._products.find_one({"_id": sku, "variant": {"$exists": True}})
        return _product(found, market) if found else None

    async def names(self, skus: Sequence[str]) -> dict[str, str]:
        """The names of these SKUs; those that the catalog doesn't have are left out."""
        with raising_unavailable():
            found = self._products.find({"_id": {"$in": list(skus)}}, {"variant.name": 1})
            return {
                one["_id"]: one["variant"]["name"]
                for one in await found.to_list(None)
                if "variant" in one
            }


def _product(document: dict[str, Any], market: str) -> Product:
    variant = document["variant"]
    return Product(sku=document["_id"], price=variant["prices"].get(market), **variant)


def _in_catalog(document: dict[str, Any]) -> CatalogProduct:
    return CatalogProduct(sku=document["_id"], **document["variant"])
