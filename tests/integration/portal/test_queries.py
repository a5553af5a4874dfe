"""The portal's other questions, on a real MongoDB."""

import asyncio
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.portal.projections.facts import Entry
from services.portal.queries.changes import EVERYTHING, Change
from services.portal.queries.models.details import OrderDetails, Tombstone
from shared.contracts import carts, customers, orders, shipments, stock
from tests.integration.portal.models import Models
from tests.unit.portal.builders import (
    ITEMS,
    MERCY,
    NOW,
    PIKE,
    Stream,
    a_life,
    about,
    interleaved,
    placed,
    recorded,
)

pytestmark = pytest.mark.engines
UTC = ZoneInfo("UTC")


# The timeline, and the order as of any of it


async def test_timeline_says_when_who_what_why_and_by_which_message(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    entries = await models.queries.timeline.of("c-1")
    assert len(entries) == 17
    assert entries[0].what == "Order PO1000001 was placed: 26.70 USD"
    held = next(entry for entry in entries if entry.type == "order.held")
    assert (held.what, held.why, held.cause) == ("The order is on hold", "ask first", "m-1")
    for service in ("order", "payment", "shipment"):
        versions = [entry.version for entry in entries if entry.service == service]
        assert versions == sorted(versions)


async def test_order_as_of_any_entry(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    queries = models.queries
    statuses = []
    for entry in await queries.timeline.of("c-1"):
        order = await queries.timeline.order_as_of("c-1", entry.entry)
        if isinstance(order, OrderDetails) and order.status not in statuses[-1:]:
            statuses.append(order.status)
    assert statuses == ["InProgress", "OnHold", "InProgress", "Completed"]
    assert await queries.timeline.order_as_of("c-1", "order/c-1@0000000099") is None
    assert order == await queries.orders.get("c-1")


async def test_notes_are_on_the_order(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    order = await models.queries.orders.get("c-1")
    assert isinstance(order, OrderDetails)
    assert [note.text for note in order.notes] == ["Ring."]


# Deletion


DELETED = orders.Deleted(order_id="c-1", order_number="PO1000001", by="csr:17", at=NOW)


@pytest.mark.parametrize("turns", [[0] * 9, [1, 2] * 9, [2, 1, 0] * 6])
async def test_nothing_but_a_tombstone_is_left_whatever_is_heard_first(
    models: Models, turns: list[int]
) -> None:
    life = a_life()
    life["order"].tell(DELETED)
    for fact in interleaved([stream.facts for stream in life.values()], turns):
        await models.apply([fact])
    assert await models.queries.orders.get("c-1") == Tombstone(
        order_id="c-1", number="PO1000001", who="csr:17", when=NOW
    )
    assert (await models.database["orders"].find_one())["applied"] == {
        "order": 7,
        "payment": 3,
        "shipment": 8,
    }
    assert [entry.type for entry in await models.queries.timeline.of("c-1")] == ["order.deleted"]
    everything = repr(await models.everything())
    assert not [trace for trace in ("Mercy", "Example", "Pike", "Ring") if trace in everything]


# Two processes


async def test_who_is_overtaken_writes_nothing_over_what_is_newer(models: Models) -> None:
    """Many batches of one order at once, as when a process wakes that has lost its partitions."""
    life = [stream.facts for stream in a_life().values()]
    await asyncio.gather(
        *(models.apply(facts[:n]) for n in (1, 3, 9) for facts in life),
        *(models.apply(facts) for facts in life),
    )
    order = await models.queries.orders.get("c-1")
    assert isinstance(order, OrderDetails)
    assert order.versions == {"order": 6, "payment": 3, "shipment": 8}
    assert (order.status, order.incomplete) == ("Completed", False)


# Carts and customers


def a_draft(number: int) -> Stream:
    cart_id = f"c-{number}"
    return Stream(NOW + timedelta(hours=number)).tell(
        carts.DraftCreated(cart_id=cart_id, market="US", currency="USD", customer=MERCY),
        carts.ShipmentSet(
            cart_id=cart_id,
            shipment_id="1",
            address=PIKE,
            shipping_method="standard",
            shipping_cost=recorded().amount,
        ),
        actor="csr:17",
    )


async def test_carts_are_listed_until_they_are_orders(models: Models) -> None:
    for number in range(1, 6):
        await models.apply_streams(a_draft(number))
    gone = a_draft(6).tell(carts.Deleted(cart_id="c-6"))
    await models.apply_streams(gone)
    first = await models.queries.carts.list(limit=3)
    second = await models.queries.carts.list(first.after, limit=3)
    ids = [row.cart_id for page in (first, second) for row in page.carts]
    assert (ids, second.after) == (["c-5", "c-4", "c-3", "c-2", "c-1"], None)
    cart = await models.queries.carts.get("c-5")
    assert cart is not None
    assert (cart.by, cart.shipments[0].address, cart.version) == ("csr:17", PIKE, 2)
    assert await models.queries.carts.get("c-6") is None
    assert [entry.type for entry in await models.queries.timeline.of("c-6")] == ["cart.deleted"]


@pytest.mark.shows("4.5")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tay", ["cu-1", "cu-2"]),
        ("ayl", ["cu-1", "cu-2"]),
        ("TAYLOR H", ["cu-2"]),
        ("t", ["cu-1", "cu-2"]),
        ("zoe", ["cu-3"]),
        ("example.org", ["cu-3"]),
        ("ex", []),
        (".*", []),
        ("", []),
        ("nobody", []),
    ],
)
async def test_customers_are_found_by_any_part_of_name_or_email(
    models: Models, typed: str, found: list[str]
) -> None:
    people = [("Mercy Taylor", "m@example.com"), ("Taylor Hayes", None), (None, "zoe@example.org")]
    for number, (name, email) in enumerate(people, 1):
        who = customers.Created(customer_id=f"cu-{number}", name=name, email=email, phone="1")
        await models.apply_streams(Stream().tell(who))
    rows = await models.queries.customers.search(typed)
    assert sorted(row.customer_id for row in rows) == found


async def test_customer_has_an_address_book(models: Models) -> None:
    there = PIKE.model_copy(update={"city": "Tacoma"})
    book = Stream().tell(
        customers.Created(customer_id="cu-7", name="Mercy Taylor", email=None, phone=None),
        customers.AddressAdded(customer_id="cu-7", address_id="home", address=PIKE),
        customers.AddressAdded(customer_id="cu-7", address_id="work", address=PIKE),
        customers.AddressChanged(customer_id="cu-7", address_id="home", address=there),
        customers.AddressRemoved(customer_id="cu-7", address_id="work"),
    )
    await models.apply_streams(book)
    customer = await models.queries.customers.get("cu-7")
    assert customer is not None
    assert [(one.address_id, one.address.city) for one in customer.addresses] == [
        ("home", "Tacoma")
    ]
    assert await models.queries.customers.get("cu-8") is None


# Products


def variant(sku: str, offset: int = 1, **more: Any) -> Entry:
    data = {"sku": sku, "name": "Linen dress", "prices": {"US": "39.50"}, **more}
    return Entry("catalog.variants", sku, offset, data)


@pytest.mark.shows("4.14", "4.15", "4.16")
async def test_products_are_found_by_sku_and_by_any_part_of_name_or_description(
    models: Models,
) -> None:
    await models.apply(
        [
            variant("SKU-1", url="https://shop.example/1"),
            variant("SKU-2", name="Mug", description="Goes with every dress"),
            variant("SKU-3", discontinued=True),
        ]
    )
    search = models.queries.products.search
    assert [p.sku for p in await search("dress", "US")] == ["SKU-1", "SKU-2"]
    assert [(p.sku, p.price) for p in await search("sku-2", "US")] == [("SKU-2", "39.50")]
    assert [p.price for p in await search("sku-2", "SE")] == [None]
    assert await search("dr", "US") == []
    gone = await models.queries.products.get("SKU-3", "US")
    assert gone is not None
    assert gone.discontinued


async def test_an_older_record_of_the_catalog_changes_nothing(models: Models) -> None:
    await models.apply([variant("SKU-1", 5, name="Mug"), variant("SKU-1", 4), variant("SKU-2", 6)])
    await models.apply([variant("SKU-1", 5), Entry("catalog.variants", "SKU-2", 7, None)])
    found = await models.queries.products.get("SKU-1", "US")
    assert found is not None
    assert found.name == "Mug"
    assert await models.queries.products.get("SKU-2", "US") is None
    assert await models.queries.products.search("dress", "US") == []


# Stock and warehouses


def received(sku: str, on_hand: int) -> stock.Received:
    level = stock.LevelNow(sku=sku, on_hand=on_hand, allocated=1, backordered=2)
    return stock.Received(warehouse="seattle", sku=sku, quantity=1, levels=(level,))


async def test_stock_is_what_the_warehouse_told_last(models: Models) -> None:
    facts = Stream().tell(received("SKU-1", 3), received("SKU-2", 4), received("SKU-1", 7)).facts
    await models.apply([facts[2], facts[0], facts[1]])
    await models.apply([Entry("stock.levels", "seattle/SKU-1", 9, _level(99))])
    await models.apply([Entry("stock.levels", "seattle/SKU-9", 9, _level(5))])
    page = await models.queries.stock.levels("seattle")
    assert [(level.sku, level.on_hand) for level in page.levels] == [
        ("SKU-1", 7),
        ("SKU-2", 4),
        ("SKU-9", 5),
    ]
    assert [level.available for level in await models.queries.stock.of("SKU-1")] == [6]
    only = await models.queries.stock.levels("seattle", "SKU-2")
    assert [level.sku for level in only.levels] == ["SKU-2"]
    first = await models.queries.stock.levels("seattle", limit=2)
    rest = await models.queries.stock.levels("seattle", cursor=first.after)
    assert [level.sku for level in rest.levels] == ["SKU-9"]


def _level(on_hand: int) -> dict[str, Any]:
    return {"on_hand": on_hand, "allocated": 0, "backordered": 0, "available": on_hand}


def fulfilment(number: int, *kinds: tuple[Any, str], **more: Any) -> Stream:
    """Some shipment's way, an hour later for each number."""
    told = Stream(NOW + timedelta(hours=number))
    for kind, status in kinds:
        told.tell(about(kind, status, order_id=f"c-{number}", **more))
    return told


async def test_who_waits_for_what_longest_first(models: Models) -> None:
    short = (shipments.Shortage(sku="SKU-1", wanted=2, available=1),)
    for number in (2, 1, 3):
        asked = (
            (shipments.AwaitingInventory, "AwaitingInventory"),
            (shipments.InventoryRequested, "AwaitingInventory"),
            (shipments.Backordered, "AwaitingInventory"),
        )
        await models.apply_streams(
            Stream().tell(placed(f"c-{number}", f"PO{number}")),
            fulfilment(number, *asked, short=short),
        )
    await models.apply_streams(fulfilment(4, (shipments.AwaitingInventory, "AwaitingInventory")))
    waiting = await models.queries.stock.waiting("seattle", "SKU-1")
    assert waiting.number == 3
    assert [(one.order_id, one.wanted) for one in waiting.waiting] == [
        ("c-1", 2),
        ("c-2", 2),
        ("c-3", 2),
    ]
    for nobody in (("seattle", "SKU-2"), ("osaka",)):
        assert (await models.queries.stock.waiting(*nobody)).waiting == []


async def test_pick_list_is_by_article_and_by_shipment(models: Models) -> None:
    released = (shipments.AwaitingInventory, "AwaitingInventory"), (shipments.Released, "Released")
    for number in (2, 1):
        await models.apply_streams(
            Stream().tell(placed(f"c-{number}", f"PO{number}")),
            fulfilment(number, *released, released_at=NOW, lines=ITEMS),
        )
    packing = (shipments.Packing, "Packing")
    await models.apply_streams(
        Stream().tell(placed("c-3", "PO3")), fulfilment(3, *released, packing, released_at=NOW)
    )
    picked = await models.queries.warehouse.pick_list("seattle")
    assert [(a.sku, a.quantity, a.shipments) for a in picked.articles] == [("SKU-1", 4, 2)]
    assert [one.number for one in picked.shipments] == ["PO1", "PO2"]
    packed = await models.queries.warehouse.pick_list("seattle", "Packing")
    assert [one.number for one in packed.shipments] == ["PO3"]
    slip = await models.queries.warehouse.packing_slip("c-1", "1")
    assert slip is not None
    assert (slip.address, slip.lines[0].quantity) == (PIKE, 2)
    assert await models.queries.warehouse.packing_slip("c-1", "9") is None
    assert await models.queries.warehouse.packing_slip("c-9", "1") is None


# Figures and changes


async def test_figures_of_the_home_page(models: Models) -> None:
    for number in range(3):
        at = NOW - timedelta(hours=number * 12)
        await models.apply_streams(
            Stream().tell(placed(f"c-{number}", f"PO{number}", converted_at=at))
        )
    await models.apply_streams(*a_life().values())  # c-1, which ships
    await models.apply_streams(
        Stream().tell(about(shipments.AwaitingInventory, "AwaitingInventory", order_id="c-2"))
    )
    figures = await models.queries.dashboard.now(NOW + timedelta(minutes=30), UTC)
    assert figures.placed_today == 2
    assert (len(figures.placed), sum(hour.number for hour in figures.placed)) == (24, 2)
    assert figures.shipped[-1].number == 1
    assert {age.up_to_hours: age.number for age in figures.awaiting if age.number} == {1: 2}
    assert sum(age.number for age in figures.held) == 0


async def test_changes_are_heard_whoever_makes_them(models: Models) -> None:
    changes = models.queries.changes
    running = asyncio.create_task(changes.run())
    heard: list[Change] = []

    async def listen() -> None:
        async for change in changes.follow():
            heard.append(change)
            if change.id:
                return

    listening = asyncio.create_task(listen())
    try:
        await asyncio.wait_for(changes.listening.wait(), 30)
        await models.apply_streams(Stream().tell(placed()))
        await asyncio.wait_for(listening, 30)
    finally:
        running.cancel()
        listening.cancel()
        await asyncio.gather(running, listening, return_exceptions=True)
    assert heard == [Change(EVERYTHING, ""), Change("orders", "c-1", {"order": 1})]
