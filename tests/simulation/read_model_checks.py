"""Compares the portal's read models with the journals, and with rebuilt read models."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.portal.projections.facts import TOPICS
from services.portal.projections.projector import Projector
from services.portal.projections.stock import FIELDS
from services.portal.projections.timeline import LASTING
from tests.fakes import MemoryPublisher
from tests.simulation.kafka import Log
from tests.simulation.process import START, UNREAD
from tests.unit.portal.memory import MemoryStore


def wrong(
    store: MemoryStore, log: Log, states: Mapping[str, Mapping[str, Any]], erased: set[str]
) -> Iterator[str]:
    """Yields every difference. `states` are those of each kind's streams, by id."""
    again = asyncio.run(_rebuilt(log))
    yield from _differ("read models", store.documents, again.documents)
    yield from _differ("timeline", store.timeline, again.timeline)
    for (collection, name), document in store.documents.items():
        if "gaps" in document:
            yield f"{collection} {name}: facts are missing: {document['gaps']}"
    yield from _orders(store, states, erased)
    yield from _stock(store, states["stock"])


async def _rebuilt(log: Log) -> MemoryStore:
    """Builds the read models from all topics, without faults."""
    store = MemoryStore()
    projector = Projector(store, MemoryPublisher(), UNREAD, lambda: START)  # type: ignore[arg-type]
    await projector.handle(list(log.all({topic.name for topic in TOPICS})))
    return store


def _differ(what: str, live: Mapping[Any, Any], again: Mapping[Any, Any]) -> Iterator[str]:
    for name in live.keys() | again.keys():
        if live.get(name) != again.get(name):
            yield f"{what}: {name} is {live.get(name)}, but rebuilt {again.get(name)}"


def _orders(
    store: MemoryStore, states: Mapping[str, Mapping[str, Any]], erased: set[str]
) -> Iterator[str]:
    """The read model has every order with its current status."""
    shown = {name: one for (where, name), one in store.documents.items() if where == "orders"}
    for order_id, order in states["order"].items():
        if order is None:
            continue
        row = shown.get(order_id, {}).get("row", {})
        if (row.get("number"), row.get("status")) != (order.number, order.status):
            yield f"{order_id}: {order.number} is {order.status}, but is shown as {row}"
        fulfilment = states["fulfilment"].get(order_id)
        known = {s.shipment_id: s.status for s in fulfilment.shipments.values()}
        in_row = {s["shipment_id"]: s["status"] for s in row.get("shipments", ())}
        if known != in_row:
            yield f"{order_id}: its shipments are {known}, but are shown as {in_row}"
        account = states["payment"].get(order_id)
        owed = Decimal(row.get("outstanding", "NaN"))
        if account and not account.closed and owed != account.outstanding:
            yield f"{order_id}: {account.outstanding} outstanding, but shown as {owed}"
    gone = {name for kind, _, name in (s.partition("/") for s in erased) if kind == "order"}
    for order_id in gone:
        if "deleted" not in shown.get(order_id, {}):
            yield f"{order_id}: deleted, but still shown"
    for entry in store.timeline.values():
        if entry["about"] in gone and entry["name"] not in LASTING:
            yield f"{entry['about']}: deleted, but its timeline has {entry['name']}"


def _stock(store: MemoryStore, warehouses: Mapping[str, Any]) -> Iterator[str]:
    """The read model has every warehouse's stock levels."""
    for warehouse, inventory in warehouses.items():
        for sku, level in inventory.levels.items():
            shown = store.documents.get(("stock", f"{warehouse}/{sku}"), {}).get("fact", {})
            if any(shown.get(field) != getattr(level, field) for field in FIELDS):
                yield f"{warehouse}/{sku}: {level}, but is shown as {shown}"
