"""Loads what the services and the portal have of the same orders, some at a time."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from motor.motor_asyncio import AsyncIOMotorClient

from ops.backup.publishing import load_services
from services.portal.projections.orders import ORDERS
from shared.contracts.topics import PORTAL
from shared.runtime.mongo.connection import connect
from shared.runtime.mongo.journal import MongoJournal, raising_unavailable
from shared.runtime.ports import Document
from shared.runtime.processing.stream import AnyStream, Stream
from shared.runtime.settings import Settings

# The service that has each kind of stream about an order.
KINDS = {"order": "order", "payment": "payment", "fulfilment": "shipment"}
STOCK = "stock"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class OrderViews:
    """An order as its services and the portal see it.

    states   of its streams by kind; None for a deleted record
    events   how many events each stream has
    gaps     what is missing in the streams, in words
    shown    the portal's document; empty if there is none
    """

    order_id: str
    states: Mapping[str, Any]
    events: Mapping[str, int]
    gaps: Sequence[str]
    shown: Document

    @property
    def deleted(self) -> bool:
        """Whether a service has a tombstone of it."""
        return None in self.states.values()


class OrderStates:
    """Reads the journals. Methods raise `Unavailable`."""

    def __init__(self, settings: Settings) -> None:
        services = load_services()
        self._mongo: AsyncIOMotorClient = connect(
            settings, tz_aware=True, serverSelectionTimeoutMS=5000
        )
        self._settings = settings
        self._deciders = {k: services[s].kinds[k] for k, s in {**KINDS, STOCK: "shipment"}.items()}
        self._journals = {
            service: MongoJournal(
                self._mongo, settings.database_of(service), services[service].long_lived
            )
            for service in set(KINDS.values())
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mongo.close()

    async def count(self) -> int:
        """About how many orders there are."""
        with raising_unavailable():
            found: int = await self._shown().estimated_document_count()
        return found

    async def stocks(self) -> dict[str, Any]:
        """The stock of every warehouse."""
        journal, found = self._collection("shipment"), {}
        with raising_unavailable():
            after = f"{STOCK}/"
            while document := await journal.find_one(
                {"_id": {"$gt": after, "$lt": f"{STOCK}0"}}, {"stream": 1}, sort=[("_id", 1)]
            ):
                name = document["stream"]
                after = f"{name}@:"  # `:` follows every version
                stream = await self._load("shipment", STOCK, [name])
                found[name.partition("/")[2]] = stream[name][0].state
        return found

    async def orders(self) -> AsyncIterator[list[OrderViews]]:
        """Yields all orders, `AT_ONCE` at a time."""
        page: list[str] = []
        async for order_id in self._ids():
            page.append(order_id)
            if len(page) == AT_ONCE:
                yield await self._views(page)
                page = []
        if page:
            yield await self._views(page)

    async def _ids(self) -> AsyncIterator[str]:
        """The ids of all orders that any service knows, each once."""
        found: dict[str, AsyncIterator[str]] = {kind: self._ids_of(kind) for kind in KINDS}
        heads = {kind: await anext(ids, None) for kind, ids in found.items()}
        while left := [head for head in heads.values() if head is not None]:
            least = min(left)
            yield least.rpartition("@")[0]
            for kind, head in heads.items():
                if head == least:
                    heads[kind] = await anext(found[kind], None)

    async def _ids_of(self, kind: str) -> AsyncIterator[str]:
        """The first document of each stream of a kind, `id@version`, in order."""
        last = ""
        with raising_unavailable():
            found = self._collection(KINDS[kind]).find(
                {"_id": {"$gt": f"{kind}/", "$lt": f"{kind}0"}}, {"_id": 1}, sort=[("_id", 1)]
            )
            async for document in found:
                order_id = document["_id"].partition("/")[2].rpartition("@")[0]
                if order_id != last:
                    last = order_id
                    yield f"{order_id}@"

    async def _views(self, order_ids: Sequence[str]) -> list[OrderViews]:
        loaded = {
            kind: await self._load(service, kind, [f"{kind}/{each}" for each in order_ids])
            for kind, service in KINDS.items()
        }
        with raising_unavailable():
            found = await self._shown().find({"_id": {"$in": list(order_ids)}}).to_list(None)
        shown = {document["_id"]: document for document in found}
        return [
            self._view(
                order_id,
                {kind: loaded[kind][f"{kind}/{order_id}"] for kind in KINDS},
                shown.get(order_id, {}),
            )
            for order_id in order_ids
        ]

    def _view(
        self, order_id: str, loaded: Mapping[str, tuple[AnyStream, list[str]]], shown: Document
    ) -> OrderViews:
        states = {}
        for kind, (stream, _) in loaded.items():
            tombstone = self._deciders[kind].tombstone
            if stream.version:
                gone = tombstone is not None and isinstance(stream.state, tombstone)
                states[kind] = None if gone else stream.state
        return OrderViews(
            order_id,
            states,
            {kind: stream.sequence for kind, (stream, _) in loaded.items()},
            [gap for _, gaps in loaded.values() for gap in gaps],
            shown,
        )

    async def _load(
        self, service: str, kind: str, names: Sequence[str]
    ) -> dict[str, tuple[AnyStream, list[str]]]:
        """The streams by name, each with its gaps."""
        histories = await self._journals[service].load(names)
        return {
            name: (
                Stream.from_history(name, self._deciders[kind], history),
                list(gaps(name, history.documents, history.snapshot)),
            )
            for name, history in histories.items()
        }

    def _collection(self, service: str) -> Any:
        return self._mongo[self._settings.database_of(service)]["journal"]

    def _shown(self) -> Any:
        return self._mongo[self._settings.database_of(PORTAL)][ORDERS.collection]


def gaps(
    stream: str, documents: Sequence[Document], snapshot: Document | None = None
) -> Iterator[str]:
    """Yields every place where the documents of a stream don't follow each other."""
    version = snapshot["version"] if snapshot else 0
    sequence = snapshot["sequence"] if snapshot else 0
    for document in documents:
        if (document["version"], document["first"]) != (version + 1, sequence + 1):
            yield f"{stream}: version {document['version']} follows {version}"
        version = document["version"]
        sequence = document["first"] + len(document["events"]) - 1
