"""Everything that happened to an order, and the order as of any of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import merge
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import timeline
from services.portal.projections.facts import Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.projections.shipment_numbers import by_number, numbers_by_id
from services.portal.queries.details import details_of
from services.portal.queries.event_texts import what, why
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.timeline import Entry
from services.portal.queries.shipment_labels import Numbers
from shared.runtime.mongo.journal import raising_unavailable


class Timelines:
    """Every method raises `Unavailable` if MongoDB is out of reach."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._entries = database[timeline.COLLECTION]

    async def of(self, order_id: str) -> list[Entry]:
        """Everything about an order (or a cart), in the order of time; empty if it is unknown.

        Without the notes that Waybill itself has written: they say the same again.
        """
        return told(await self._in_order(order_id))

    async def order_as_of(self, order_id: str, entry: str) -> OrderDetails | Tombstone | None:
        """The order right after an entry of its timeline; None if there was none, or no entry."""
        kept = await self._in_order(order_id)
        last = next((n for n, one in enumerate(kept) if one["_id"] == entry), -1)
        document, notes = ORDERS.new(order_id), []
        for one in kept[: last + 1]:
            fact = _fact(one)
            if fact.source in ORDERS.folds:
                ORDERS.apply(document, fact)
            if fact.name == "order.note-added":
                notes.append(fact.data)
        if "deleted" in document:
            return Tombstone(order_id=order_id, **document["deleted"])
        return details_of(document, notes)

    async def _in_order(self, order_id: str) -> list[Document]:
        with raising_unavailable():
            kept = await self._entries.find({"about": order_id}).to_list(None)
        return in_order(kept)


def told(kept: Sequence[Document]) -> list[Entry]:
    """What entries that are in the order of time say, but for Waybill's own notes."""
    known = {one["message_id"]: one for one in kept}
    datas = [orjson.loads(one["data"]) for one in kept]
    numbers = _numbers(zip(kept, datas, strict=True))
    entries = [_entry(one, data, known, numbers) for one, data in zip(kept, datas, strict=True)]
    return [entry for entry in entries if entry.data.get("kind") != "activity"]


def in_order(entries: Iterable[Document]) -> list[Document]:
    """Entries in the order of time, and those of one stream in their sequence whatever their time.

    Services are on machines whose clocks differ, so between streams it is only nearly right. At
    the same time what causes comes before what is caused.
    """
    streams: dict[str, list[tuple[datetime, int, int, Document]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: e["sequence"]):
        stream = streams[entry["_id"].partition("@")[0]]
        at = max(entry["at"], stream[-1][0]) if stream else entry["at"]
        rank = _FLOW.index(entry["source"])
        stream.append((at, rank, entry["sequence"], entry))
    merged = merge(*streams.values(), key=lambda placed: placed[:2])
    return [entry for *_, entry in merged]


# In which order one service hears of another.
_FLOW = ("cart", "order", "payment", "shipment", "stock")


def _numbers(entries: Iterable[tuple[Document, dict[str, Any]]]) -> dict[str, int]:
    """The numbers of all shipments that the entries are about.

    As the order counts them; then those that only others tell of: a cart's before it is an order.
    """
    own: list[str] = []
    others: list[str] = []
    for kept, data in entries:
        if kept["name"] in ("order.placed", "order.lines-changed"):
            own += [shipment["shipment_id"] for shipment in data.get("shipments", ())]
        if "shipment_id" in data:
            others.append(data["shipment_id"])
    return numbers_by_id(by_number(own, others))


def _entry(
    kept: Document, data: dict[str, Any], known: dict[str, Document], numbers: Numbers
) -> Entry:
    cause = known.get(kept["cause"] or "")
    return Entry(
        entry=kept["_id"],
        at=kept["at"],
        service=kept["source"],
        version=kept["sequence"],
        type=kept["name"],
        who=kept["actor"],
        what=what(kept["name"], data, numbers),
        why=why(data, numbers),
        cause=kept["cause"],
        cause_type=cause["name"] if cause else None,
        cause_entry=cause["_id"] if cause else None,
        correlation=kept["correlation"],
        message_id=kept["message_id"],
        data=data,
    )


def _fact(kept: Document) -> Fact:
    return Fact(
        source=kept["source"],
        stream=kept["_id"].partition("/")[2].rpartition("@")[0],
        sequence=kept["sequence"],
        name=kept["name"],
        at=kept["at"],
        data=orjson.loads(kept["data"]),
        message_id=kept["message_id"],
        actor=kept["actor"],
    )
