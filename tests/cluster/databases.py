"""The databases of services, read from outside."""

from __future__ import annotations

from typing import Any

from pymongo import MongoClient

from shared.contracts.topics import PROCESSES
from tests.engines import AnyEngines


class Databases:
    """One database for each service; the names begin with `database`."""

    def __init__(self, engines: AnyEngines, database: str) -> None:
        self.database = database
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(engines.mongo, tz_aware=True)

    def drop_databases(self) -> None:
        """Drops the databases of all services."""
        for service in PROCESSES:
            self._mongo.drop_database(f"{self.database}_{service}")
        self._mongo.close()

    def table(self, service: str, name: str) -> list[dict[str, Any]]:
        """What a service keeps of a compacted topic."""
        return self.collection(service, f"table_{name}")

    def collection(self, service: str, name: str) -> list[dict[str, Any]]:
        """All documents of a collection of a service's database."""
        return list(self._mongo[f"{self.database}_{service}"][name].find())

    def change(self, service: str, name: str, where: dict[str, Any], to: dict[str, Any]) -> None:
        """Sets fields of the documents of a collection that match."""
        self._mongo[f"{self.database}_{service}"][name].update_many(where, {"$set": to})

    def everything(self, service: str) -> dict[str, dict[Any, dict[str, Any]]]:
        """All that a service has in its database: documents by collection and `_id`."""
        database = self._mongo[f"{self.database}_{service}"]
        return {
            name: {document["_id"]: document for document in database[name].find()}
            for name in database.list_collection_names()
        }

    def journal(self, service: str) -> list[dict[str, Any]]:
        """A service's documents, each stream's in its order."""
        journal = self._mongo[f"{self.database}_{service}"]["journal"]
        return list(journal.find().sort("_id", 1))
