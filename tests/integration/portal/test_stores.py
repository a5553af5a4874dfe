"""One suite for both stores of the read models: MongoDB and the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import UpdateOne

from services.portal.projections import products, stock, timeline
from services.portal.projections.facts import Entry
from services.portal.projections.orders import ORDERS
from services.portal.projections.store import Store
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.unit.portal.memory import MemoryStore

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AnyStore = Store | MemoryStore
Document = dict[str, Any]


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryStore()
        return
    engines: AnyEngines = request.getfixturevalue("engines")
    async with database_of(engines) as (client, name):
        found = Store(client[name], lambda: NOW)
        await found.prepare()
        yield found


async def documents_of(store: AnyStore, collection: str) -> dict[str, Document]:
    """All documents of a collection."""
    if isinstance(store, Store):
        found = await store._database[collection].find().to_list(None)
        return {document["_id"]: document for document in found}
    if collection == timeline.COLLECTION:
        return store.timeline
    return {name: one for (where, name), one in store.documents.items() if where == collection}


def order(applied: int, **more: Any) -> Document:
    return {"_id": "c-1", "applied": {"order": applied}, "row": {"listed": False}, **more}


async def test_document_comes_back_as_it_was_saved(store: AnyStore) -> None:
    assert await store.save(ORDERS, [(order(1, order={"number": "PO1"}), {})]) == set()
    assert await store.load(ORDERS, ["c-1", "c-2"]) == {"c-1": order(1, order={"number": "PO1"})}
    assert await store.load(ORDERS, []) == {}


async def test_what_is_loaded_is_a_copy(store: AnyStore) -> None:
    await store.save(ORDERS, [(order(1), {})])
    (await store.load(ORDERS, ["c-1"]))["c-1"]["applied"]["order"] = 7
    assert (await store.load(ORDERS, ["c-1"]))["c-1"] == order(1)


async def test_conflicting_save_is_refused(store: AnyStore) -> None:
    await store.save(ORDERS, [(order(1), {})])
    assert await store.save(ORDERS, [(order(2, by="first"), {"order": 1})]) == set()

    assert await store.save(ORDERS, [(order(2, by="second"), {"order": 1})]) == {"c-1"}
    assert await store.save(ORDERS, [(order(1, by="third"), {})]) == {"c-1"}
    assert (await store.load(ORDERS, ["c-1"]))["c-1"]["by"] == "first"


async def test_timeline_entry_is_written_once(store: AnyStore) -> None:
    entry = {"_id": "order/c-1@1", "about": "c-1", "name": "order.placed", "data": "{}"}
    await store.write_timeline([entry])
    await store.write_timeline([entry | {"data": "else"}, entry | {"_id": "order/c-1@2"}])

    stored = await documents_of(store, timeline.COLLECTION)
    assert {name: one["data"] for name, one in stored.items()} == {
        "order/c-1@1": "{}",
        "order/c-1@2": "{}",
    }


async def test_timeline_of_a_deleted_order_keeps_only_the_deletion(store: AnyStore) -> None:
    names = ("order.placed", "order.deleted", "order.note-added")
    for about in ("c-1", "c-2"):
        await store.write_timeline(
            [{"_id": f"{about}@{n}", "about": about, "name": name} for n, name in enumerate(names)]
        )

    await store.erase({"c-1", "c-3"})

    assert await store.erased({"c-1", "c-2"}) == {"c-1"}
    assert set(await documents_of(store, timeline.COLLECTION)) == {
        "c-1@1",
        "c-2@0",
        "c-2@1",
        "c-2@2",
    }


async def test_timeline_written_after_the_erasure_is_erased_again_once(store: AnyStore) -> None:
    """The write was under way when its process died."""
    await store.erase({"c-1"})
    late = [{"_id": "c-1@0", "about": "c-1", "name": "order.placed"}]
    await store.write_timeline(late)
    await store.write_timeline([late[0] | {"_id": "c-2@0", "about": "c-2"}])
    if isinstance(store, Store):
        await store.erase_again(NOW - timedelta(minutes=10))
        assert set(await documents_of(store, timeline.COLLECTION)) == {"c-1@0", "c-2@0"}, "too soon"

    await store.erase_again(NOW + timedelta(seconds=1))
    assert set(await documents_of(store, timeline.COLLECTION)) == {"c-2@0"}

    await store.write_timeline(late)
    await store.erase_again(NOW + timedelta(seconds=1))
    assert set(await documents_of(store, timeline.COLLECTION)) == {"c-1@0", "c-2@0"}
    assert await store.erased({"c-1"}) == {"c-1"}, "writers of later entries erase them themselves"


def level(offset: int, on_hand: int) -> Entry:
    data = {"on_hand": on_hand, "allocated": 0, "backordered": 0}
    return Entry("stock.levels", "seattle/SKU-1", offset, data)


async def test_late_level_changes_nothing(store: AnyStore) -> None:
    for offset, on_hand in ((4, 40), (3, 30), (5, 50), (5, 51)):
        await store.write_latest(
            stock.COLLECTION, stock.level_updates([], [level(offset, on_hand)])
        )

    (stored,) = (await documents_of(store, stock.COLLECTION)).values()
    assert stored["level"]["on_hand"] == 50
    assert (stored["warehouse"], stored["sku"]) == ("seattle", "SKU-1")
    assert "fact" not in stored


async def test_late_product_changes_nothing(store: AnyStore) -> None:
    def product(offset: int, name: str | None) -> Any:
        data = {"sku": "SKU-1", "name": name} if name else None
        return products.product_of(Entry("catalog.variants", "SKU-1", offset, data))

    for offset, name in ((2, "Tea mug"), (1, "Mug"), (2, "Cup")):
        await store.write_latest(products.COLLECTION, [product(offset, name)])
    stored = deepcopy(await documents_of(store, products.COLLECTION))
    assert stored["SKU-1"]["variant"]["name"] == "Tea mug"

    await store.write_latest(products.COLLECTION, [product(3, None)])
    assert await documents_of(store, products.COLLECTION) == {
        "SKU-1": {"_id": "SKU-1", "offset": 3}
    }


async def test_two_processes_that_insert_the_same_level_lose_nothing(store: AnyStore) -> None:
    """One has it from an event, the other from the table."""
    skus = [f"SKU-{n}" for n in range(300)]

    def levels(warehouse: str, part: str, guard: str) -> list[UpdateOne]:
        data = {guard: 1} | dict.fromkeys(stock.FIELDS, 5)
        return [stock.Level(warehouse, sku, part, guard, data).write() for sku in skus]

    for number in range(20):
        warehouse = f"w-{number}"
        await asyncio.gather(
            store.write_latest(stock.COLLECTION, levels(warehouse, "fact", "sequence")),
            store.write_latest(stock.COLLECTION, levels(warehouse, "level", "offset")),
        )
    stored = await documents_of(store, stock.COLLECTION)
    assert [name for name, one in stored.items() if not {"fact", "level"} <= one.keys()] == []
    assert len(stored) == 20 * len(skus)
