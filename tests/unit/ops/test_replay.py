"""The reconciliation: counted from facts, each order once, faults by name."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ops.replay.publish import Tally
from ops.replay.retail_carts import Figures
from shared.contracts.orders import Placed
from waybill_client import Event


def placed(order: str, total: str = "5.00", event_id: str = "1") -> Event:
    data: dict[str, Any] = {
        "total": total,
        "shipments": [{"lines": [{"quantity": 2}, {"quantity": 3}]}],
    }
    attributes = {"id": f"order/{order}/{event_id}", "type": Placed.type}
    return Event("order.events", 0, 0, datetime.now(UTC), order, attributes, {}, data)


def tally(*events: Event) -> Tally:
    counted = Tally({"a": Decimal("5.00"), "b": Decimal("5.00")})
    for event in events:
        counted.add(event)
    return counted


def test_adds_up_what_was_placed() -> None:
    counted = tally(placed("a"), placed("b"))

    assert counted.complete
    assert counted.figures() == Figures(2, 4, 10, Decimal("10.00"))


def test_event_that_is_published_again_counts_once() -> None:
    counted = tally(placed("a"), placed("a"))

    assert counted.missing == ["b"]
    assert counted.doubled == set()
    assert counted.figures().orders == 1


def test_second_placing_of_an_order_is_a_fault() -> None:
    assert tally(placed("a"), placed("a", event_id="2")).doubled == {"a"}


def test_another_total_is_a_fault_even_where_the_sum_agrees() -> None:
    counted = tally(placed("a", "4.00"), placed("b", "6.00"))

    assert counted.figures().money == Decimal("10.00")
    assert counted.wrong == ["a", "b"]


def test_orders_of_others_are_not_counted() -> None:
    assert tally(placed("somebody-else")).figures().orders == 0
