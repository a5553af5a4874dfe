"""Every kind of contradiction between services is found, and told from facts under way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace as Made
from typing import Any

import pytest

from ops.backup.order_states import OrderViews, gaps
from ops.backup.reconciliation import Reconciler, Reconciliation, problems
from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.state import Inventory, Level
from shared.contracts.stock import ItemQuantity

TWENTY = Decimal("20.00")


def views(**changes: Any) -> OrderViews:
    """A paid order of 20.00 whose only shipment has its stock."""
    shipment = Made(
        shipment_id="1",
        status="InventoryAssigned",
        is_open=True,
        stock_requested=True,
        stock_assigned=True,
    )
    states = {
        "order": Made(
            number="PO1000001",
            status="InProgress",
            shipments={"1": "Open"},
            canceled=set(),
            content=Made(bill=lambda _: (Decimal(0), TWENTY)),
        ),
        "payment": Made(
            currency="USD",
            total=TWENTY,
            outstanding=Decimal("0.00"),
            returned=Decimal(0),
            canceled=False,
            sums=Made(paid=TWENTY),
        ),
        "fulfilment": Made(shipments={"1": shipment}, paid=TWENTY),
    }
    row = {
        "number": "PO1000001",
        "status": "InProgress",
        "outstanding": "0.00",
        "shipments": [{"shipment_id": "1", "status": "InventoryAssigned"}],
    }
    made = {"order_id": "c-1", "states": states, "events": {}, "gaps": [], "shown": {"row": row}}
    return OrderViews(**(made | changes))


def stock() -> dict[str, Inventory]:
    """A warehouse with two pieces for the order."""
    return {
        "seattle": Inventory(
            levels={"MUG": Level(on_hand=5, allocated=2)},
            allocations={("c-1", "1"): (ItemQuantity(sku="MUG", quantity=2),)},
        )
    }


def reconciled(
    order: OrderViews, inventories: dict[str, Inventory], *moving: str
) -> Reconciliation:
    work = Reconciler(inventories, set(moving))
    work.add(order)
    return work.finish()


def test_what_agrees_is_equal_and_counted() -> None:
    found = reconciled(views(), stock())
    assert found.sound
    assert not found.in_flight
    assert [each.equal for each in found.comparisons] == [1] * 9
    assert (found.orders, found.on_hand, found.allocated) == (1, 5, 2)
    assert found.paid == {"USD": TWENTY}


def no_account(order: OrderViews, _: Any) -> None:
    del order.states["payment"]  # type: ignore[attr-defined]


def no_order(order: OrderViews, _: Any) -> None:
    del order.states["order"]  # type: ignore[attr-defined]


def other_total(order: OrderViews, _: Any) -> None:
    order.states["payment"].total = Decimal("21.00")


def other_end(order: OrderViews, _: Any) -> None:
    order.states["order"].shipments["1"] = "Shipped"


def other_payment(order: OrderViews, _: Any) -> None:
    order.states["fulfilment"].paid = Decimal("19.99")


def other_status_shown(order: OrderViews, _: Any) -> None:
    order.shown["row"]["status"] = "OnHold"


def other_shipment_shown(order: OrderViews, _: Any) -> None:
    order.shown["row"]["shipments"][0]["status"] = "Shipped"


def other_money_shown(order: OrderViews, _: Any) -> None:
    order.shown["row"]["outstanding"] = "1.00"


def not_shown(order: OrderViews, _: Any) -> None:
    order.shown.clear()


def no_allocation(_: OrderViews, inventories: dict[str, Inventory]) -> None:
    inventories["seattle"].allocations.clear()
    inventories["seattle"].levels["MUG"].allocated = 0


def also_in_the_queue(_: OrderViews, inventories: dict[str, Inventory]) -> None:
    lines = inventories["seattle"].allocations["c-1", "1"]
    inventories["seattle"].queue.add(Backorder(("c-1", "1"), lines))


@pytest.mark.parametrize(
    "spoil",
    [
        no_account,
        no_order,
        other_total,
        other_end,
        other_payment,
        other_status_shown,
        other_shipment_shown,
        other_money_shown,
        not_shown,
        no_allocation,
        also_in_the_queue,
    ],
)
def test_contradiction_is_found_unless_facts_are_under_way(
    spoil: Callable[[OrderViews, dict[str, Inventory]], None],
) -> None:
    order, inventories = views(), stock()
    spoil(order, inventories)
    found = reconciled(order, inventories)
    assert not found.sound
    assert all("c-1" in problem for problem in problems(found))
    moving = reconciled(order, inventories, "c-1")
    assert moving.sound
    assert moving.in_flight


def test_allocation_of_an_unknown_order_is_found() -> None:
    inventories = stock()
    lines = (ItemQuantity(sku="MUG", quantity=1),)
    inventories["seattle"].allocations["c-9", "1"] = lines
    inventories["seattle"].levels["MUG"].allocated = 3
    assert list(problems(reconciled(views(), inventories))) == [
        "c-9/1: seattle has it, but there is no such shipment"
    ]


def test_level_that_isnt_the_sum_of_its_allocations_is_found() -> None:
    inventories = stock()
    inventories["seattle"].levels["MUG"].allocated = 3
    assert list(problems(reconciled(views(), inventories))) == [
        "seattle: MUG has 3 allocated, not 2"
    ]


def test_deleted_order_is_gone_everywhere() -> None:
    gone = {"order": None, "payment": None, "fulfilment": None}
    inventories = {"seattle": Inventory()}
    found = reconciled(views(states=gone, shown={"deleted": {}}), inventories)
    assert found.sound
    assert (found.orders, found.deleted) == (0, 1)
    still_shown = reconciled(views(states=gone), inventories)
    assert list(problems(still_shown)) == ["c-1: deleted, but still shown"]


def document(version: int, first: int, events: int) -> dict[str, Any]:
    return {"version": version, "first": first, "events": [{}] * events}


def test_gap_in_a_stream_is_found() -> None:
    sound = [document(1, 1, 2), document(2, 3, 0), document(3, 3, 1)]
    assert not list(gaps("order/c-1", sound))
    assert list(gaps("order/c-1", [sound[0], sound[2]])) == ["order/c-1: version 3 follows 1"]
    assert list(gaps("order/c-1", [sound[0], document(2, 4, 1)])) == [
        "order/c-1: version 2 follows 1"
    ]
    assert not list(gaps("stock/osaka", [document(8, 12, 1)], {"version": 7, "sequence": 11}))
    found = reconciled(views(gaps=["order/c-1: version 3 follows 1"]), stock())
    assert list(problems(found)) == ["order/c-1: version 3 follows 1"]
