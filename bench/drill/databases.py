"""The databases of a system, read from outside."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import MongoClient

from bench.copies import JOURNAL
from services.portal.projections.orders import ORDERS
from shared.contracts.topics import PORTAL, STARTED
from shared.runtime.mongo.archive import COLLECTION
from shared.runtime.mongo.connection import connect_blocking
from shared.runtime.settings import Settings

ARCHIVING = ("order", "payment", "shipment")  # what has a stream for each order
MB = 1e6
ANSWERED_WITHIN = 600.0
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Databases:
    """The databases of all services."""

    settings: Settings
    client: MongoClient[Any]

    def rows(self) -> dict[str, tuple[str, str]]:
        """The number and the status of every order that the portal shows, by its id."""
        orders = self._of(PORTAL)[ORDERS.collection]
        found = orders.find({"row.number": {"$ne": None}}, {"row.number": 1, "row.status": 1})
        return {each["_id"]: (each["row"]["number"], each["row"]["status"]) for each in found}

    def shows(self, order: str) -> bool:
        """Whether the portal has more than the tombstone of an order."""
        found = self._of(PORTAL)[ORDERS.collection].find_one({"_id": order}, {"row.number": 1})
        return "number" in (found or {}).get("row", {})

    def archived(self) -> dict[str, int]:
        """How many streams each service has archived."""
        return {s: self._of(s)[COLLECTION].estimated_document_count() for s in ARCHIVING}

    async def answered(self) -> None:
        """Waits until payment providers have answered everything. Raises `TimeoutError`."""
        kept = self._of("payment")["provider_requests"]
        async with asyncio.timeout(ANSWERED_WITHIN):
            while kept.count_documents({"done": {"$exists": False}}):
                await asyncio.sleep(LOOK_SECONDS)

    def make_old(self, orders: Iterable[str], age: timedelta) -> None:
        """Puts back the time of all documents about these orders, as if they had rested since."""
        names = "|".join(orders)
        older = {"$subtract": ["$at", age / timedelta(milliseconds=1)]}
        for service in ARCHIVING:
            self._of(service)[JOURNAL].update_many(
                {"_id": {"$regex": f"/({names})@"}}, [{"$set": {"at": older}}]
            )

    def traces(self, texts: Sequence[str]) -> list[str]:
        """Where these texts are in the databases, as `service/collection`."""
        wanted, found = [text.encode() for text in texts], []
        for service, name in self._collections():
            batches = self._of(service)[name].find_raw_batches()
            if any(text in batch for batch in batches for text in wanted):
                found.append(f"{service}/{name}")
        return found

    def megabytes(self) -> dict[str, float]:
        """What journals, archives and everything in the portal take on disk, with their indexes."""
        self.client.admin.command("fsync")
        found = dict.fromkeys(("journals", "archives", "portal", "others"), 0.0)
        for service, name in self._collections():
            kind = {JOURNAL: "journals", COLLECTION: "archives"}.get(name, "others")
            size = self._of(service).command("collStats", name)
            used = size["storageSize"] - size.get("freeStorageSize", 0) + size["totalIndexSize"]
            found["portal" if service == PORTAL else kind] += used / MB
        return {kind: round(size, 1) for kind, size in found.items()}

    def _of(self, service: str) -> Any:
        return self.client[self.settings.database_of(service)]

    def _collections(self) -> Iterable[tuple[str, str]]:
        for service in STARTED:
            for name in self._of(service).list_collection_names():
                yield service, name


@contextmanager
def databases_of(settings: Settings) -> Iterator[Databases]:
    """Connects to the databases of a system."""
    with connect_blocking(settings) as client:
        yield Databases(settings, client)
