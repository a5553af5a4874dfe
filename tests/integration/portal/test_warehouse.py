"""Stock levels, the queue for an article, pick lists and packing slips, on a real MongoDB."""

from datetime import timedelta
from typing import Any

import pytest

from services.portal.projections.facts import Entry
from shared.contracts import shipments, stock
from tests.integration.portal.models import Models
from tests.unit.portal.builders import ITEMS, NOW, PIKE, Stream, about, placed

pytestmark = pytest.mark.engines


def received(sku: str, on_hand: int) -> stock.Received:
    level = stock.LevelNow(sku=sku, on_hand=on_hand, allocated=1, backordered=2)
    return stock.Received(warehouse="seattle", sku=sku, quantity=1, levels=(level,))


def level_entry(on_hand: int) -> dict[str, Any]:
    return {"on_hand": on_hand, "allocated": 0, "backordered": 0, "available": on_hand}


def fulfilment(number: int, *kinds: tuple[Any, str], **more: Any) -> Stream:
    """Some shipment's way, an hour later for each number."""
    stream = Stream(NOW + timedelta(hours=number))
    for kind, status in kinds:
        stream.tell(about(kind, status, order_id=f"c-{number}", **more))
    return stream


async def test_stock_is_what_the_warehouse_told_last(models: Models) -> None:
    facts = Stream().tell(received("SKU-1", 3), received("SKU-2", 4), received("SKU-1", 7)).facts
    await models.apply([facts[2], facts[0], facts[1]])
    await models.apply([Entry("stock.levels", "seattle/SKU-1", 9, level_entry(99))])
    await models.apply([Entry("stock.levels", "seattle/SKU-9", 9, level_entry(5))])
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


async def test_who_waits_for_what_longest_first(models: Models) -> None:
    short = (shipments.Shortage(sku="SKU-1", wanted=2, available=1),)
    for number in (2, 1, 3):
        backordered = (
            (shipments.AwaitingInventory, "AwaitingInventory"),
            (shipments.InventoryRequested, "AwaitingInventory"),
            (shipments.Backordered, "AwaitingInventory"),
        )
        await models.apply_streams(
            Stream().tell(placed(f"c-{number}", f"PO{number}")),
            fulfilment(number, *backordered, short=short),
        )
    await models.apply_streams(fulfilment(4, (shipments.AwaitingInventory, "AwaitingInventory")))
    waiting = await models.queries.stock.waiting("seattle", "SKU-1")
    assert waiting.number == 3
    assert [(each.order_id, each.wanted) for each in waiting.waiting] == [
        ("c-1", 2),
        ("c-2", 2),
        ("c-3", 2),
    ]
    for place in (("seattle", "SKU-2"), ("osaka",)):
        assert (await models.queries.stock.waiting(*place)).waiting == []


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
    assert [each.number for each in picked.shipments] == ["PO1", "PO2"]
    packed = await models.queries.warehouse.pick_list("seattle", "Packing")
    assert [each.number for each in packed.shipments] == ["PO3"]
    slip = await models.queries.warehouse.packing_slip("c-1", "1")
    assert slip is not None
    assert (slip.address, slip.lines[0].quantity) == (PIKE, 2)
    assert await models.queries.warehouse.packing_slip("c-1", "9") is None
    assert await models.queries.warehouse.packing_slip("c-9", "1") is None
