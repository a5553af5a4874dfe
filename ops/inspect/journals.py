"""Reads the services' journals; never writes to them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from pymongo.errors import PyMongoError

from ops.errors import mongo_unreachable
from services.cart.cart.order_lookup import ORDERS
from shared.contracts.base import import_all, model_for, short
from shared.runtime.mongo.archive import COLLECTION
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.ports import ids_after, version_of
from shared.runtime.settings import Settings

# The service whose journal has each kind of stream about an order.
HOMES = {"cart": "cart", "order": "order", "payment": "payment", "fulfilment": "shipment"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a stream, with its cause."""

    service: str
    sequence: int
    at: datetime
    type: str
    data: dict[str, Any]
    cause: str
    actor: str | None


class Journals:
    """The journals of all services. Every method raises `UnreachableError`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hosts = hosts(settings.mongo.get_secret_value())
        self._client = connect_blocking(settings, tz_aware=True, serverSelectionTimeoutMS=5000)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def order_with_number(self, number: str) -> str | None:
        """Returns the id of the order with this number; None if there is none."""
        named = re.escape(f'"order_number":"{number}"')
        query = {"_id": {"$gt": "order/", "$lt": "order0"}, "events.data": {"$regex": named}}
        with self._reaching():
            found = self._journal("order").find_one(query, {"stream": 1})
        return str(found["stream"]).partition("/")[2] if found else self._archived(number)

    def _archived(self, number: str) -> str | None:
        """Finds an archived order by its number: the cart service has the numbers of all orders."""
        named = {"data": {"$regex": re.escape(f'"order_number":"{number}"')}}
        with self._reaching():
            found = self._database("cart")[f"table_{ORDERS.name}"].find_one(named, {"_id": 1})
        return str(found["_id"]) if found else None

    def history(self, order_id: str) -> list[Entry]:
        """Returns an order's events in all services, sorted by time."""
        entries = [
            entry for kind in HOMES for entry in self.stream(HOMES[kind], f"{kind}/{order_id}")
        ]
        return sorted(entries, key=lambda entry: entry.at)

    def stream(self, service: str, stream: str) -> list[Entry]:
        """Returns the events of one stream in order; an empty list if there is no such stream.

        A deleted record has only its tombstone.
        """
        with self._reaching():
            documents = list(self._journal(service).find({"_id": ids_after(stream)}).sort("_id", 1))
            if kept := self._database(service)[COLLECTION].find_one({"_id": stream}):
                later = [each for each in documents if version_of(each["_id"]) > kept["version"]]
                documents = [*kept["documents"], *later]
        return [entry for document in documents for entry in _entries(service, document)]

    def _journal(self, service: str) -> Any:
        return self._database(service)["journal"]

    def _database(self, service: str) -> Any:
        return self._client[self._settings.database_of(service)]

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except PyMongoError as error:
            raise mongo_unreachable(self._hosts, error) from error


def _entries(service: str, document: dict[str, Any]) -> Iterator[Entry]:
    for position, event in enumerate(document["events"]):
        if "data" not in event:
            continue  # erased
        cause = document["causes"][event["cause"]]
        type_name, data = _today(event["type"], json.loads(event["data"]))
        yield Entry(
            service=service,
            sequence=document["first"] + position,
            at=document["at"],
            type=type_name,
            data=data,
            cause=cause["type"],
            actor=cause.get("actor"),
        )


def _today(type_name: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns an event's type and data, converted to the current version."""
    import_all()
    model = model_for(f"{short(type_name).partition('.')[0]}.events", type_name)
    return (model.type, model.upcast(type_name, data)) if model else (type_name, data)
