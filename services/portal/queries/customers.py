"""Queries for customers."""

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.customers import CUSTOMERS
from services.portal.projections.projection import Part
from services.portal.queries.models.customers import (
    CustomerAddress,
    CustomerDetails,
    CustomerRow,
    CustomerTombstone,
)
from services.portal.queries.ngram_search import search_anywhere
from shared.runtime.mongo.journal import raising_unavailable

FOUND = 20
FIELDS = ("name", "email", "phone")


class Customers:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._customers = database[CUSTOMERS.collection]

    async def search(self, typed: str, limit: int = FOUND) -> list[CustomerRow]:
        """Customers with `typed` in any part of name or email, by name.

        One or two characters match the beginning of the name, of a word in it, or of the email.
        """
        with raising_unavailable():
            found = await search_anywhere(self._customers, typed, limit)
        return [
            CustomerRow(customer_id=one["_id"], **{f: one["row"][f] for f in FIELDS})
            for one in found
        ]

    async def get(self, customer_id: str) -> CustomerDetails | None:
        """A customer with the address book; None if the customer is unknown."""
        with raising_unavailable():
            document = await self._customers.find_one({"_id": customer_id})
        if document is None or "name" not in document.get("customer", {}):
            return None
        customer: Part = document["customer"]
        return CustomerDetails(
            customer_id=customer_id,
            **{field: customer[field] for field in FIELDS},
            addresses=[
                CustomerAddress(address_id=address_id, address=address)
                for address_id, address in customer.get("addresses", {}).items()
            ],
            version=document["applied"]["customer"],
            incomplete="gaps" in document,
        )

    async def tombstone(self, customer_id: str) -> CustomerTombstone | None:
        """What remains of a deleted customer; None for any other."""
        with raising_unavailable():
            document = await self._customers.find_one({"_id": customer_id}, {"deleted": 1})
        if document is None or "deleted" not in document:
            return None
        gone = document["deleted"]
        return CustomerTombstone(customer_id=customer_id, who=gone["who"], when=gone["when"])
