"""A preview says where goods would come from, and fulfilment and the stock then do just that."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.projections.orders import ORDERS
from services.portal.queries.details import details_of
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.sourcing_texts import foreseen
from services.portal.sourcing.known_stock import KnownStock
from services.portal.sourcing.preview import preview
from services.portal.sourcing.wanted import Wanted, wanted_after
from shared.contracts import Message, orders, returns
from shared.contracts.order_edits import Destination, Edit, LineAdded, LineAltered, LineMoved
from shared.contracts.order_edits import LineTaken as Taken
from shared.contracts.replies import DryRun, ForeseenEvent, Reply
from shared.contracts.shipments import Item
from shared.contracts.sourcing import Sourcing
from tests.unit.given import SITE, site_with
from tests.unit.portal.builders import NOW, PIKE, Stream, placed
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.test_dry_run import HEADERS, _Commands
from tests.unit.portal.test_shipment_labels import projected
from tests.unit.shipment.fulfilment.builders import LINES
from tests.unit.shipment.sourcing_builders import WAREHOUSES, World
from tests.unit.shipment.test_sourcing import goods, order

NAMES = {"rotterdam": "Rotterdam", "coventry": "Coventry"}
SE = "SE"  # Rotterdam, then Coventry; split


def wanted(quantity: int = 3, **more: Any) -> Wanted:
    line = Item(line_id="1", sku="S", name="Dress", quantity=quantity)
    return Wanted("c-1", "1", more.pop("market", SE), (line,), **more)


def text(found: Sourcing) -> str:
    return foreseen(found, {"1": 1}, NAMES, "c-1")


def said(*shipments: Wanted, site: Any = SITE, **free: int) -> list[str]:
    stock = KnownStock({(warehouse, "S"): n for warehouse, n in free.items()})
    return [text(each) for each in preview(shipments, stock, site)]


def known_stock(world: World) -> KnownStock:
    """What the read models would know of the world's stock."""
    stock = KnownStock(queues=defaultdict(list))
    for warehouse in WAREHOUSES:
        inventory = world.stock_of(warehouse)
        for sku, level in inventory.levels.items():
            stock.free[warehouse, sku] = level.free
        for each in inventory.queue.in_order():
            for line in each.lines:
                stock.queues[warehouse, line.sku].append((*each.key, line.quantity))
    return stock


@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=3, max_size=3),
    st.integers(0, 2),
)
def test_what_is_foreseen_happens(
    split: bool, first: list[tuple[int, int]], then: list[tuple[int, int]], earlier: int
) -> None:
    world = World(*WAREHOUSES, split=split)
    for warehouse, (dresses, scarves) in zip(WAREHOUSES, first, strict=True):
        goods(world, warehouse, dresses, scarves)
    for number in range(earlier):
        order(world, f"c-0{number}")
        world.come_to_rest()
    for warehouse, (dresses, scarves) in zip(WAREHOUSES, then, strict=True):
        goods(world, warehouse, dresses, scarves)
    world.come_to_rest()
    (expected,) = preview([Wanted("c-1", "1", "US", LINES)], known_stock(world), world.site)

    order(world)
    world.come_to_rest()

    sent = Counter[str]()
    for shipment in world.states["c-1"].shipments.values():
        if shipment.stock_assigned:
            sent[shipment.warehouse] += sum(line.quantity for line in shipment.lines)
    assert sent == Counter({each.warehouse: each.sends for each in expected.asked if each.sends})
    assert expected.waits == (not sent)


def test_a_preview_says_what_each_warehouse_has() -> None:
    assert said(wanted(), rotterdam=5) == [
        "Shipment 1 from Rotterdam (Rotterdam: all, first priority)"
    ]
    assert said(wanted(), rotterdam=2, coventry=3) == [
        "Shipment 1 from Coventry (Rotterdam: 2 of 3; Coventry: all, second priority)"
    ]
    (split,) = said(wanted(), rotterdam=2, coventry=1)
    assert split == (
        "Shipment 1 is split, as no warehouse has all of it (Rotterdam: 2 of 3; Coventry: 1 of 3):"
        " 2 from Rotterdam; 1 from Coventry"
    )
    assert said(wanted(), rotterdam=1, coventry=1) == [
        "Shipment 1 waits for stock in Rotterdam (Rotterdam: 1 of 3; Coventry: 1 of 3)"
    ]


def test_what_was_split_before_is_not_split_again() -> None:
    (waits,) = said(wanted(keep_whole=True, warehouse="coventry"), rotterdam=2, coventry=1)
    assert waits == "Shipment 1 waits for stock in Coventry (Coventry: 1 of 3; Rotterdam: 2 of 3)"


def test_what_one_shipment_gets_the_next_does_not() -> None:
    one, two = said(wanted(), wanted(), rotterdam=3, coventry=3)
    assert one.startswith("Shipment 1 from Rotterdam")
    assert two == "Shipment 1 from Coventry (Rotterdam: 0 of 3; Coventry: all, second priority)"


def test_what_is_allocated_to_it_counts_where_it_is() -> None:
    there = wanted(4, warehouse="coventry", allocated={"S": 3})
    assert said(there, rotterdam=9, coventry=1) == [
        "Shipment 1 from Coventry (Coventry: all, second priority)"
    ]
    assert said(there, rotterdam=9, coventry=0) == [
        "Shipment 1 from Rotterdam (Coventry: 3 of 4; Rotterdam: all, first priority)"
    ]


def test_who_waits_before_it_has_what_there_is() -> None:
    stock = KnownStock({("rotterdam", "S"): 4}, {("rotterdam", "S"): [("c-0", "1", 5)]})
    (found,) = preview([wanted()], stock, SITE)
    assert text(found).startswith("Shipment 1 waits for stock in Rotterdam (Rotterdam: 0 of 3;")
    stock = KnownStock({("rotterdam", "S"): 4}, {("rotterdam", "S"): [("c-1", "1", 3)]})
    (found,) = preview([wanted()], stock, SITE)
    assert not found.waits, "its own place is first"


def test_a_market_with_one_warehouse_has_no_choice_to_explain() -> None:
    site = site_with("rotterdam")
    assert said(wanted(market="US"), site=site, rotterdam=3) == [
        "Shipment 1 from Rotterdam (Rotterdam: all)"
    ]
    assert said(wanted(market="XX"), rotterdam=3) == []


# What an edit needs


def known_order(*more: Message, at: str = "coventry") -> OrderDetails:
    details = details_of(projected(ORDERS, *Stream().tell(placed(market=SE)).facts), ())
    assert isinstance(details, OrderDetails)
    (one,) = details.shipments
    one.warehouse, one.status = at, "InventoryAssigned"
    return details


def after(edit: Edit) -> list[tuple[str, dict[str, int], str | None, dict[str, int]]]:
    """The shipments that would ask for stock: what they need, where, and what they have there."""
    asked = orders.LinesChangeRequested(order_id="c-1", request="m", edit=edit)
    return [
        (each.shipment_id, dict(each.quantities), each.warehouse, dict(each.allocated))
        for each in wanted_after(foresees(asked), known_order())
    ]


def foresees(event: Message) -> DryRun:
    data = event.model_dump(mode="json")
    return DryRun(events=(ForeseenEvent(type=event.type, data=data),))


LINE: dict[str, str] = {"shipment_id": "1", "line_id": "1"}
HAS = {"SKU-1": 2}


def test_an_edit_needs_what_the_shipment_has_after_it() -> None:
    scarf = LineAdded(
        shipment_id="1", line_id="2", sku="SKU-2", name="Scarf", quantity=1, placed_price="5.00"
    )
    assert after(scarf) == [("1", {"SKU-1": 2, "SKU-2": 1}, "coventry", HAS)]
    more = LineAltered(**LINE, quantity=5)
    assert after(more) == [("1", {"SKU-1": 5}, "coventry", HAS)]


def test_an_edit_that_changes_no_goods_asks_for_none() -> None:
    assert after(LineAltered(**LINE, quantity=2)) == []
    assert after(LineAltered(**LINE, placed_price="9.00")) == []
    assert after(Taken(**LINE)) == [], "nothing is left to send"
    assert after(LineAltered(shipment_id="1", line_id="9", quantity=5)) == [], "unknown by now"


@pytest.mark.parametrize(("quantity", "stays"), [(1, {"SKU-1": 1}), (None, None)])
def test_a_line_that_moves_starts_where_it_was(
    quantity: int | None, stays: dict[str, int] | None
) -> None:
    to = Destination(address=PIKE, shipping_method="standard", shipping_cost="49.00")
    moved = LineMoved(**LINE, quantity=quantity, to_shipment_id="2", to_line_id="1", destination=to)
    new = ("2", {"SKU-1": quantity or 2}, "coventry", {})
    assert after(moved) == ([("1", stays, "coventry", HAS)] if stays else []) + [new]


def test_an_exchange_needs_its_replacement() -> None:
    line = returns.ReplacementLine(sku="SKU-2", quantity=1)
    created = returns.ReturnCreated(
        order_id="c-1",
        return_id="r-1",
        order_number="PO1000001",
        warehouse="rotterdam",
        lines=(),
        comment=None,
        late=False,
        replacement=returns.Replacement(exchange_order_id="x-1", lines=(line,)),
        created_at=NOW,
    )
    (exchange,) = wanted_after(foresees(created), known_order())
    assert (exchange.order_id, exchange.market) == ("x-1", SE)
    assert dict(exchange.quantities) == {"SKU-2": 1}
    stock = KnownStock({("rotterdam", "SKU-2"): 1})
    (found,) = preview([exchange], stock, SITE)
    assert text(found) == "Exchange order from Rotterdam (Rotterdam: all, first priority)"


# What people and programs see


LEVEL = {"on_hand": 2, "allocated": 0, "backordered": 0}
STOCK = [
    {"_id": f"{warehouse}/SKU-1", "warehouse": warehouse, "sku": "SKU-1", "level": level}
    for warehouse, level in (("rotterdam", LEVEL), ("coventry", LEVEL | {"on_hand": 3}))
]
CHANGE = {"order_id": "c-1", **LINE, "quantity": "3"}


def portal(outcome: Any = "accepted") -> Any:
    edit = LineAltered(**LINE, quantity=3)
    run = foresees(orders.LinesChangeRequested(order_id="c-1", request="m", edit=edit))
    reply = Reply(command_id="d", outcome=outcome, dry_run=run)
    known = projected(ORDERS, *Stream().tell(placed(market=SE)).facts)
    return portal_over(FakeDatabase(orders=[known], stock=STOCK), _Commands(reply))


async def test_dialog_says_where_goods_would_come_from_and_why() -> None:
    async with portal() as client:
        answer = await client.post("/try/order.change-line", data=CHANGE, headers=HEADERS)
    why = "Shipment 1 from Coventry (Rotterdam: 2 of 3; Coventry: all, second priority)"
    assert why in answer.text
    assert "It may change" in answer.text


async def test_dry_run_over_http_has_the_preview() -> None:
    body = CHANGE | {"quantity": 3}
    async with portal() as client:
        answer = await client.post(
            "/api/commands/order.change-line?dry_run=1", json=body, headers=HEADERS
        )
    assert answer.json()["dry_run"]["sourcing_preview"] == [
        {
            "order_id": "c-1",
            "shipment_id": "1",
            "wanted": 3,
            "asked": [
                {"warehouse": "rotterdam", "priority": 1, "available": 2, "sends": 0},
                {"warehouse": "coventry", "priority": 2, "available": 3, "sends": 3},
            ],
            "waits": False,
        }
    ]


async def test_command_that_would_be_refused_has_no_preview() -> None:
    async with portal("rejected") as client:
        answer = await client.post("/try/order.change-line", data=CHANGE, headers=HEADERS)
    assert "Coventry" not in answer.text
