"""A market that splits shipments: over which warehouses, when not, and what comes meanwhile.

The order is of two dresses (SKU-1) and a scarf (SKU-2), in one shipment.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.contracts import Message, orders, shipments, stock
from shared.contracts.order_edits import Destination, LineAltered, LineMoved
from shared.contracts.shipments import SplitPart, Tried
from tests.unit.shipment.fulfilment.builders import (
    DRESS,
    PIKE,
    SCARF,
    lines_edit,
    paid,
    placed,
    unpaid,
)
from tests.unit.shipment.sourcing_builders import WAREHOUSES, World
from tests.unit.shipment.test_sourcing import CANCEL, DELETE, HOLD, LIFT, ORDER, goods, order, told

ONE_DRESS = DRESS.model_copy(update={"quantity": 1})


@pytest.fixture
def world() -> World:
    return World(*WAREHOUSES, split=True)


def come_to_rest(world: World) -> None:
    world.come_to_rest()
    world.check()


def splits(world: World, order_id: str = ORDER) -> list[shipments.Split]:
    return [event for event in world.past[order_id] if isinstance(event, shipments.Split)]


def sent_by(world: World, order_id: str = ORDER) -> dict[str, tuple[str, str]]:
    """The warehouse and status of each shipment."""
    found = world.states[order_id].shipments
    return {which: (each.warehouse, each.status) for which, each in found.items()}


def assigned(**warehouses: str) -> dict[str, tuple[str, str]]:
    return {which[1:]: (each, "InventoryAssigned") for which, each in warehouses.items()}


def up_to_the_split(world: World) -> World:
    """Seattle has the dresses and Rotterdam the scarf; Osaka's answer leads to the split."""
    goods(world, "seattle", 2)
    goods(world, "rotterdam", 0, 1)
    order(world)
    while not any(isinstance(each, shipments.Backordered) for each in world.past[ORDER]):
        world.hear(0)
    for receiver in ("rotterdam", ORDER, "osaka"):
        sender = ORDER if receiver != ORDER else "rotterdam"
        world.deliver(sender, receiver)
    assert not splits(world)
    return world


def split(world: World) -> World:
    """Seattle sends the dresses, Rotterdam the scarf."""
    up_to_the_split(world)
    come_to_rest(world)
    return world


def back(**more: Any) -> orders.LinesChangeRequested:
    """The scarf is moved back."""
    moved = LineMoved(shipment_id="2", line_id="2", to_shipment_id="1", to_line_id="2")
    return lines_edit(moved, "r-back").model_copy(update={"splits": 1, **more})


def test_each_warehouse_sends_what_it_has(world: World) -> None:
    split(world)
    (event,) = splits(world)
    assert event == shipments.Split(
        order_id=ORDER,
        shipment_id="1",
        status="AwaitingInventory",
        warehouse="seattle",
        given_up=None,
        lines=(DRESS,),
        preorder=False,
        revision=1,
        parts=(SplitPart(shipment_id="2", warehouse="rotterdam", lines=(SCARF,)),),
        had=(
            Tried(warehouse="seattle", available=2, wanted=3),
            Tried(warehouse="rotterdam", available=1, wanted=3),
            Tried(warehouse="osaka", available=0, wanted=3),
        ),
        others=("rotterdam", "osaka"),
        number=1,
    )
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")
    assert told(world)[-6:] == [
        "inventory-unavailable",
        "awaiting-inventory",
        "split",
        "inventory-requested",
        "inventory-assigned",
        "inventory-assigned",
    ]


def test_a_new_shipment_goes_where_the_first_one_goes(world: World) -> None:
    split(world)
    first, new = (world.states[ORDER].shipments[which] for which in "12")
    assert (new.address, new.shipping_method) == (first.address, first.shipping_method)
    assert (new.order_number, new.market) == (first.order_number, first.market)


def test_a_market_that_does_not_split_lets_it_wait() -> None:
    world = World(*WAREHOUSES)
    split_goods = (("seattle", 2, 0), ("rotterdam", 0, 1))
    for warehouse, dresses, scarves in split_goods:
        goods(world, warehouse, dresses, scarves)
    order(world)
    come_to_rest(world)
    assert not splits(world)
    assert sent_by(world) == {"1": ("seattle", "AwaitingInventory")}


def test_whoever_has_all_of_it_sends_it_whole(world: World) -> None:
    goods(world, "seattle", 2)
    goods(world, "rotterdam", 0, 1)
    goods(world, "osaka", 2, 1)
    order(world)
    come_to_rest(world)
    assert not splits(world)
    assert sent_by(world) == assigned(_1="osaka")


def test_if_they_do_not_have_it_together_nothing_is_split(world: World) -> None:
    goods(world, "seattle", 1)
    goods(world, "rotterdam", 0, 1)
    order(world)
    come_to_rest(world)
    assert not splits(world)
    assert sent_by(world) == {"1": ("seattle", "AwaitingInventory")}


def test_a_line_is_divided_if_nobody_has_all_of_it(world: World) -> None:
    goods(world, "seattle", 1, 1)
    goods(world, "osaka", 1)
    order(world)
    come_to_rest(world)
    (event,) = splits(world)
    assert event.lines == (ONE_DRESS, SCARF)
    assert event.parts == (SplitPart(shipment_id="2", warehouse="osaka", lines=(ONE_DRESS,)),)
    assert sent_by(world) == assigned(_1="seattle", _2="osaka")


def test_if_its_own_warehouse_has_no_share_it_leaves_the_queue_there(world: World) -> None:
    goods(world, "rotterdam", 0, 1)
    goods(world, "osaka", 2)
    order(world)
    come_to_rest(world)
    (event,) = splits(world)
    assert (event.warehouse, event.given_up) == ("rotterdam", "seattle")
    assert sent_by(world) == assigned(_1="rotterdam", _2="osaka")
    assert not list(world.stock_of("seattle").queue.in_order())


def test_three_shipments_if_it_takes_three_warehouses(world: World) -> None:
    goods(world, "seattle", 1)
    goods(world, "rotterdam", 1)
    goods(world, "osaka", 0, 1)
    order(world)
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam", _3="osaka")


@pytest.mark.parametrize(
    ("dresses", "scarf"),
    [("seattle", "rotterdam"), ("rotterdam", "osaka"), ("osaka", "rotterdam")],
)
def test_goods_that_arrive_later_may_lead_to_a_split(
    world: World, dresses: str, scarf: str
) -> None:
    """Also those in its own warehouse, which aren't all that it waits for."""
    goods(world, scarf, 0, 1)
    order(world)
    come_to_rest(world)
    goods(world, dresses, 1)
    come_to_rest(world)
    assert not splits(world)
    goods(world, dresses, 1)
    come_to_rest(world)
    assert sorted(sent_by(world).values()) == sorted(assigned(_1=dresses, _2=scarf).values())


def test_before_a_split_all_are_asked_what_they_have_now(world: World) -> None:
    """Rotterdam's scarf went to another order meanwhile, so nothing is split."""
    goods(world, "rotterdam", 0, 1)
    order(world)
    come_to_rest(world)
    safety = stock.SetSafety(warehouse="rotterdam", sku="SKU-2", quantity=1)
    world.tell("rotterdam", safety)
    goods(world, "osaka", 2)
    come_to_rest(world)
    assert not splits(world)
    assert told(world).count("inventory-unavailable") == 2 + 3


def test_what_is_gone_by_then_waits_like_any_shipment(world: World) -> None:
    up_to_the_split(world)
    safety = stock.SetSafety(warehouse="rotterdam", sku="SKU-2", quantity=1)
    world.tell("rotterdam", safety)
    come_to_rest(world)
    assert sent_by(world) == {
        "1": ("seattle", "InventoryAssigned"),
        "2": ("rotterdam", "AwaitingInventory"),
    }
    goods(world, "osaka", 0, 1)
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle", _2="osaka")


def test_what_people_moved_back_is_not_split_again(world: World) -> None:
    split(world)
    world.tell(ORDER, back())
    come_to_rest(world)
    assert sent_by(world) == {"1": ("seattle", "AwaitingInventory")}
    goods(world, "osaka", 1)  # and whatever arrives that isn't all of it
    goods(world, "rotterdam", 1)
    come_to_rest(world)
    assert len(splits(world)) == 1
    goods(world, "seattle", 0, 1)
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle")


def test_nor_is_what_people_make_of_it(world: World) -> None:
    split(world)
    there = Destination(address=PIKE, shipping_method="standard", shipping_cost=Decimal("4.90"))
    move = LineMoved(
        shipment_id="1", line_id="1", to_shipment_id="9", to_line_id="1", destination=there
    )
    more = LineAltered(shipment_id="9", line_id="1", quantity=3)
    for number, edit in enumerate((move, more)):
        request = lines_edit(edit, f"r-{number}")
        world.tell(ORDER, request.model_copy(update={"splits": 1}))
    goods(world, "osaka", 1)
    come_to_rest(world)
    assert world.states[ORDER].shipments["9"].keep_whole
    assert len(splits(world)) == 1


def test_two_orders_do_not_split_over_the_same_goods(world: World) -> None:
    goods(world, "seattle", 2)
    goods(world, "rotterdam", 0, 1)
    for order_id in ("c-1", "c-2"):
        order(world, order_id)
    come_to_rest(world)
    statuses = [sent_by(world, each) for each in ("c-1", "c-2")]
    ready = [s for s in statuses if all(status == "InventoryAssigned" for _, status in s.values())]
    assert len(ready) == 1
    allocated = [len(world.stock_of(each).allocations) for each in WAREHOUSES]
    assert allocated == [1, 1, 0]


@pytest.mark.parametrize("message", [CANCEL, DELETE])
@pytest.mark.parametrize("steps", range(5))
def test_what_ends_the_order_ends_all_of_it(world: World, message: Message, steps: int) -> None:
    """One shipment canceled leaves the others, so the whole order is canceled."""
    cancel_all = orders.CancelRequested(order_id=ORDER, request="c", reason=None)
    up_to_the_split(world)
    for _ in range(steps):
        world.hear(0)
    world.tell(ORDER, cancel_all if message is CANCEL else message)
    come_to_rest(world)
    for warehouse in WAREHOUSES:
        assert not world.stock_of(warehouse).allocations
        assert not list(world.stock_of(warehouse).queue.in_order())


def test_a_hold_that_is_first_keeps_it_whole_until_it_is_lifted(world: World) -> None:
    up_to_the_split(world)
    world.tell(ORDER, HOLD)
    come_to_rest(world)
    assert not splits(world)
    world.tell(ORDER, LIFT)
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")


def test_a_hold_that_comes_after_it_holds_all_of_it(world: World) -> None:
    up_to_the_split(world)
    world.deliver("osaka", ORDER)
    assert splits(world)
    world.tell(ORDER, HOLD)
    come_to_rest(world)
    assert sent_by(world) == {"1": ("seattle", "OnHold"), "2": ("rotterdam", "OnHold")}
    world.tell(ORDER, LIFT)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")


def test_an_edit_that_is_first_is_what_is_split(world: World) -> None:
    up_to_the_split(world)
    world.tell(ORDER, lines_edit(LineAltered(shipment_id="1", line_id="1", quantity=1)))
    come_to_rest(world)
    (event,) = splits(world)
    assert event.lines == (ONE_DRESS,)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")


def test_an_edit_of_lines_as_they_were_before_is_refused(world: World) -> None:
    split(world)
    world.tell(ORDER, lines_edit(LineAltered(shipment_id="1", line_id="1", quantity=3)))
    refused = world.past[ORDER][-1]
    assert isinstance(refused, shipments.LinesChangeRefused)
    assert refused.reason.code == "split-meanwhile"
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")


def test_an_edit_that_knows_of_it_is_made(world: World) -> None:
    split(world)
    edit = lines_edit(LineAltered(shipment_id="1", line_id="1", quantity=1))
    world.tell(ORDER, edit.model_copy(update={"splits": 1}))
    come_to_rest(world)
    assert world.states[ORDER].shipments["1"].lines == (ONE_DRESS,)


def test_after_something_has_shipped_nothing_is_split(world: World) -> None:
    goods(world, "seattle", 2, 1)
    for message in (placed("1", "2"), paid()):
        world.tell(ORDER, message)
    come_to_rest(world)
    first = next(which for which, (_, at) in sent_by(world).items() if at == "InventoryAssigned")
    for command in (shipments.Release, shipments.AddToPicklist, shipments.Complete):
        world.tell(ORDER, command(order_id=ORDER, shipment_id=first))
    goods(world, "seattle", 2)
    goods(world, "rotterdam", 0, 1)
    world.come_to_rest()
    assert not splits(world)


def test_what_became_unpaid_keeps_the_stock_that_was_requested(world: World) -> None:
    up_to_the_split(world)
    world.tell(ORDER, unpaid("50.00"))
    come_to_rest(world)
    assert sent_by(world) == assigned(_1="seattle", _2="rotterdam")


def test_a_preorder_line_stays_one(world: World) -> None:
    goods(world, "seattle", 2)
    goods(world, "rotterdam", 0, 1)
    world.tell(ORDER, placed(preorder=True))
    world.tell(ORDER, paid())
    come_to_rest(world)
    found = world.states[ORDER].shipments
    assert {which: each.preorder_lines for which, each in found.items()} == {"1": (), "2": ("2",)}


def test_an_id_that_was_used_before_is_not_used_again(world: World) -> None:
    goods(world, "seattle", 2)
    order(world)
    come_to_rest(world)
    world.states[ORDER].removed["2"] = 4
    goods(world, "rotterdam", 0, 1)
    come_to_rest(world)
    assert list(sent_by(world)) == ["1", "3"]
