"""The timeline of an order, and the order as of any entry."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import timeline
from services.portal.projections.facts import Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.projections.shipment_numbers import by_number, numbers_by_id
from services.portal.queries.activity import ACTIVITY, NOTE
from services.portal.queries.details import details_of
from services.portal.queries.event_texts import NO_NAMES, Names, what, why
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.timeline import Entry
from services.portal.queries.shipment_labels import Numbers
from shared.runtime.mongo.journal import raising_unavailable


class Timelines:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase, names: Names = NO_NAMES) -> None:
        self._names = names
        self._entries = database[timeline.COLLECTION]

    async def of(self, order_id: str) -> list[Entry]:
        """The entries of an order or cart, in order of time; empty if it is unknown.

        Activity notes, which version 0.1 recorded, are left out: they repeat other entries.
        """
        return entries_of(await self._in_order(order_id), self._names)

    async def order_as_of(self, order_id: str, entry: str) -> OrderDetails | Tombstone | None:
        """The order right after an entry; None without such an entry, or an order at that time."""
        kept = await self._in_order(order_id)
        last = next((n for n, one in enumerate(kept) if one["_id"] == entry), -1)
        document, before = ORDERS.new(order_id), kept[: last + 1]
        for one in before:
            if one["source"] in ORDERS.parts:
                ORDERS.apply(document, _fact(one))
        if "deleted" in document:
            return Tombstone(order_id=order_id, **document["deleted"])
        entries = [one for one in before if one["name"] in (NOTE, *ACTIVITY)]
        return details_of(document, entries, self._names)

    async def _in_order(self, order_id: str) -> list[Document]:
        with raising_unavailable():
            kept = await self._entries.find({"about": order_id}).to_list(None)
        return timeline.in_order(kept)


def entries_of(kept: Sequence[Document], names: Names = NO_NAMES) -> list[Entry]:
    """The entries of these documents, which are in order of time; activity notes are left out."""
    known = {one["message_id"]: one for one in kept}
    data_texts = [orjson.loads(one["data"]) for one in kept]
    numbers = _numbers(zip(kept, data_texts, strict=True))
    entries = [
        _entry(one, data, known, numbers, names) for one, data in zip(kept, data_texts, strict=True)
    ]
    return [entry for entry in entries if entry.data.get("kind") != "activity"]


def _numbers(entries: Iterable[tuple[Document, dict[str, Any]]]) -> dict[str, int]:
    """The numbers of all shipments in these entries, by id.

    The order's own shipments come first, in its numbering; then those that only other events name,
    such as a cart's before it became an order.
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
    kept: Document,
    data: dict[str, Any],
    known: dict[str, Document],
    numbers: Numbers,
    names: Names,
) -> Entry:
    cause = known.get(kept["cause"] or "")
    return Entry(
        entry=kept["_id"],
        at=kept["at"],
        service=kept["source"],
        version=kept["sequence"],
        type=kept["name"],
        who=kept["actor"],
        what=what(kept["name"], data, numbers, names),
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
