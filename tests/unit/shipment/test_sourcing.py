"""A shipment of a market with several warehouses: who is asked, who sends it, and why."""

from __future__ import annotations

import pytest

from services.shipment.fulfilment.allowed import why_not
from services.shipment.fulfilment.lifecycle import Trigger
from shared.contracts import Message, orders, shipments, stock
from shared.contracts.order_edits import LineAltered
from shared.contracts.shipments import Tried
from tests.unit.shipment.fulfilment.builders import LINES, lines_edit, paid, placed
from tests.unit.shipment.sourcing_builders import WAREHOUSES, World

ORDER = "c-1"
KEY = (ORDER, "1")
CANCEL = shipments.Cancel(order_id=ORDER, shipment_id="1")
HOLD = orders.HoldRequested(order_id=ORDER, request="h", reason=None)
LIFT = orders.ReleaseHoldRequested(order_id=ORDER, request="l", reason=None)
DELETE = orders.DeleteRequested(order_id=ORDER, order_number="PO1000042", request="d", by=None)
MORE = LineAltered(shipment_id="1", line_id="1", quantity=3)


@pytest.fixture
def world() -> World:
    return World(*WAREHOUSES)


def goods(world: World, warehouse: str, dresses: int, scarves: int = 0) -> None:
    for sku, quantity in (("SKU-1", dresses), ("SKU-2", scarves)):
        if quantity:
            receive = stock.Receive(warehouse=warehouse, sku=sku, quantity=quantity)
            world.tell(warehouse, receive)


def order(world: World, order_id: str = ORDER) -> None:
    for message in (placed(), paid()):
        world.tell(order_id, message.model_copy(update={"order_id": order_id}))


def asked_rotterdam(world: World) -> World:
    """Seattle is short, and Rotterdam is being asked; it has everything."""
    goods(world, "seattle", 1, 1)
    goods(world, "rotterdam", 2, 1)
    order(world)
    world.hear(0)  # Seattle is asked
    world.hear(0)  # its answer
    assert world.states[ORDER].shipments["1"].asked == "rotterdam"
    return world


def told(world: World, stream: str = ORDER) -> list[str]:
    return [event.type.split(".")[2] for event in world.past[stream]]


def assigned(world: World, order_id: str = ORDER) -> shipments.InventoryAssigned:
    (event,) = (e for e in world.past[order_id] if isinstance(e, shipments.InventoryAssigned))
    return event


def test_the_first_warehouse_that_has_all_of_it_sends_it(world: World) -> None:
    goods(world, "seattle", 2, 1)
    goods(world, "rotterdam", 2, 1)
    order(world)
    world.come_to_rest()
    world.check()
    event = assigned(world)
    assert (event.warehouse, event.priority, event.tried) == ("seattle", 1, ())
    assert "inventory-asked-elsewhere" not in told(world)


def test_the_next_one_is_asked_and_it_is_said_why(world: World) -> None:
    goods(world, "seattle", 1, 1)
    goods(world, "rotterdam", 2)
    goods(world, "osaka", 2, 1)
    order(world)
    world.come_to_rest()
    world.check()
    event = assigned(world)
    assert (event.warehouse, event.priority) == ("osaka", 3)
    assert event.tried == (
        Tried(warehouse="seattle", available=2, wanted=3),
        Tried(warehouse="rotterdam", available=2, wanted=3),
    )
    assert event.given_up == ("seattle",)
    assert told(world)[2:] == [
        "inventory-requested",
        "backordered",
        "inventory-asked-elsewhere",
        "inventory-unavailable",
        "inventory-asked-elsewhere",
        "inventory-assigned",
    ]


def test_if_none_has_all_of_it_it_waits_at_the_first(world: World) -> None:
    goods(world, "rotterdam", 2)
    order(world)
    world.come_to_rest()
    world.check()
    assert world.states[ORDER].shipments["1"].status == "AwaitingInventory"
    assert world.stock_of("seattle").queue.position_of(KEY) is not None


def test_why_it_waits_names_all_of_them(world: World) -> None:
    goods(world, "rotterdam", 2)
    order(world)
    world.come_to_rest()
    state = world.states[ORDER]
    blockers = why_not(Trigger.RELEASE, state, state.shipments["1"], world.site)
    (lack,) = (each for each in blockers if each.code == "no-inventory")
    assert lack.text == "no-inventory.elsewhere"
    assert (lack.facts or {})["others"] == "rotterdam (2 of 3), osaka (0 of 3)"


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_the_goods_may_arrive_in_any_of_them(world: World, warehouse: str) -> None:
    order(world)
    world.come_to_rest()
    goods(world, warehouse, 2, 1)
    world.come_to_rest()
    world.check()
    assert assigned(world).warehouse == warehouse


def test_who_came_first_is_told_first_of_goods_elsewhere(world: World) -> None:
    for order_id in ("c-1", "c-2", "c-3"):
        order(world, order_id)
        world.come_to_rest()
    goods(world, "rotterdam", 4, 2)
    world.come_to_rest()
    world.check()
    assert KEY in world.stock_of("rotterdam").allocations
    assert ("c-2", "1") in world.stock_of("rotterdam").allocations
    assert world.stock_of("seattle").queue.position_of(("c-3", "1")) is not None


def test_goods_that_the_first_cannot_use_are_offered_to_the_next(world: World) -> None:
    order(world, "c-1")
    world.come_to_rest()
    world.tell("c-1", lines_edit(MORE))
    world.come_to_rest()
    order(world, "c-2")
    world.come_to_rest()
    goods(world, "rotterdam", 2, 1)
    world.come_to_rest()
    world.check()
    assert assigned(world, "c-2").warehouse == "rotterdam"


def test_an_offer_that_comes_during_a_question_is_not_passed_on_before_its_own(
    world: World,
) -> None:
    for order_id in ("c-1", "c-2"):
        order(world, order_id)
        world.come_to_rest()
    goods(world, "rotterdam", 2)
    world.deliver("rotterdam", "seattle")
    world.deliver("seattle", "c-1")
    world.deliver("c-1", "rotterdam")  # it declines, as it has no scarf yet
    goods(world, "rotterdam", 0, 1)
    world.deliver("rotterdam", "seattle")
    world.deliver("seattle", "c-1")
    world.deliver("rotterdam", "c-1")
    for queue in (("c-1", "seattle"), ("seattle", "c-2"), ("c-2", "rotterdam")):
        world.deliver(*queue)
    world.come_to_rest()
    world.check()
    assert assigned(world, "c-1").warehouse == "rotterdam"


def test_goods_that_are_released_from_a_queue_are_offered_elsewhere(world: World) -> None:
    asked_rotterdam(world)
    world.come_to_rest()
    order(world, "c-2")
    world.come_to_rest()
    world.tell(ORDER, CANCEL)
    world.come_to_rest()
    world.check()
    assert assigned(world, "c-2").warehouse == "rotterdam"


@pytest.mark.parametrize("message", [CANCEL, DELETE])
@pytest.mark.parametrize("steps", range(3))
def test_what_ends_while_it_is_asking_gives_everything_back(
    world: World, message: Message, steps: int
) -> None:
    asked_rotterdam(world)
    for _ in range(steps):
        world.hear(0)
    world.tell(ORDER, message)
    world.come_to_rest()
    world.check()
    for warehouse in WAREHOUSES:
        assert not world.stock_of(warehouse).allocations
        assert not list(world.stock_of(warehouse).queue.in_order())


@pytest.mark.parametrize("steps", range(3))
def test_an_edit_while_it_is_asking_asks_all_again(world: World, steps: int) -> None:
    asked_rotterdam(world)
    for _ in range(steps):
        world.hear(0)
    world.tell(ORDER, lines_edit(MORE))
    world.come_to_rest()
    world.check()
    assert not world.stock_of("rotterdam").allocations
    goods(world, "osaka", 3, 1)
    world.come_to_rest()
    world.check()
    assert world.states[ORDER].shipments["1"].warehouse == "osaka"


@pytest.mark.parametrize("steps", range(3))
def test_a_hold_does_not_stop_the_asking(world: World, steps: int) -> None:
    asked_rotterdam(world)
    for _ in range(steps):
        world.hear(0)
    world.tell(ORDER, HOLD)
    world.come_to_rest()
    world.check()
    world.tell(ORDER, LIFT)
    shipment = world.states[ORDER].shipments["1"]
    assert (shipment.status, shipment.warehouse) == ("InventoryAssigned", "rotterdam")


def test_during_a_hold_all_of_them_are_asked(world: World) -> None:
    goods(world, "osaka", 2, 1)
    order(world)
    world.hear(0)
    world.tell(ORDER, HOLD)
    world.come_to_rest()
    world.check()
    world.tell(ORDER, LIFT)
    assert world.states[ORDER].shipments["1"].warehouse == "osaka"


@pytest.mark.parametrize("first", [0, 1])
def test_if_two_have_it_at_once_one_gets_it_back(world: World, first: int) -> None:
    asked_rotterdam(world)
    goods(world, "seattle", 1)  # it is allocated from the queue while Rotterdam is asked
    world.hear(first)
    world.come_to_rest()
    world.check()
    assigned(world)


def test_the_warehouse_that_has_it_is_told_to_send_it(world: World) -> None:
    asked_rotterdam(world)
    world.come_to_rest()
    world.tell(ORDER, shipments.Release(order_id=ORDER, shipment_id="1"))
    released = world.past[ORDER][-1]
    assert isinstance(released, shipments.Released)
    assert (released.warehouse, released.lines) == ("rotterdam", LINES)
    for command in (shipments.AddToPicklist, shipments.Complete):
        world.tell(ORDER, command(order_id=ORDER, shipment_id="1"))
    world.come_to_rest()
    assert world.stock_of("rotterdam").levels["SKU-1"].on_hand == 0
    assert world.stock_of("seattle").levels["SKU-1"].on_hand == 1


def test_an_edit_after_that_stays_with_the_warehouse_that_has_it(world: World) -> None:
    asked_rotterdam(world)
    world.come_to_rest()
    goods(world, "rotterdam", 1)
    world.tell(ORDER, lines_edit(MORE))
    world.come_to_rest()
    world.check()
    assert world.states[ORDER].shipments["1"].warehouse == "rotterdam"


def test_a_warehouse_that_was_closed_is_not_asked(world: World) -> None:
    goods(world, "osaka", 2, 1)
    order(world)
    closed = {k: v for k, v in world.site.warehouses.items() if k != "rotterdam"}
    world.site = world.site.model_copy(update={"warehouses": closed})
    world.come_to_rest()
    assert assigned(world).warehouse == "osaka"


def test_an_order_from_before_goes_on_as_it_began() -> None:
    world = World("seattle")
    order(world)
    world.site = World(*WAREHOUSES).site
    goods(world, "rotterdam", 2, 1)
    world.come_to_rest()
    assert world.states[ORDER].shipments["1"].status == "AwaitingInventory"
    goods(world, "seattle", 2, 1)
    world.come_to_rest()
    world.check()
    assert assigned(world).priority is None
