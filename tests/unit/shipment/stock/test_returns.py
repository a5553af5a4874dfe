"""Goods that come back: on hand again, in quarantine or written off."""

import pytest

from services.shipment.stock.decider import decider
from shared.contracts import stock
from shared.contracts.returns import ReturnedGoods
from tests.unit.given import fold
from tests.unit.shipment.stock.builders import (
    WAREHOUSE,
    after,
    allocate,
    allocated,
    count,
    level,
    receive,
    release_quarantine,
    served,
    take_back,
)


def test_restocked_goods_are_on_hand_again() -> None:
    outcome = after(receive("A", 3)).when(take_back(("A", 2, "restock")))
    outcome.then(
        stock.Returned(
            warehouse=WAREHOUSE,
            order_id="c-9",
            return_id="r-1",
            goods=(ReturnedGoods(sku="A", quantity=2, disposition="restock"),),
            levels=(level("A", 5, 0, 0),),
        )
    ).publishes(
        stock.Level(
            warehouse=WAREHOUSE, sku="A", on_hand=5, allocated=0, available=5, backordered=0
        )
    )


def test_restocked_goods_go_to_the_shipments_that_wait_for_them() -> None:
    waiting = after(allocate("c-1", A=2), allocate("c-2", A=1))
    outcome = waiting.when(take_back(("A", 2, "restock")))
    assert served(outcome) == ["c-1"]
    assert outcome.events[1] == allocated("c-1", (level("A", 2, 2, 1),), A=2)


def test_restocked_goods_of_several_articles_serve_a_shipment_that_needs_all_of_them() -> None:
    waiting = after(allocate("c-1", A=1, B=2))
    assert served(waiting.when(take_back(("A", 1, "restock"), ("B", 1, "restock")))) == []
    assert served(waiting.when(take_back(("A", 1, "restock"), ("B", 2, "restock")))) == ["c-1"]


def test_goods_in_quarantine_are_counted_apart_and_serve_nobody() -> None:
    outcome = after(receive("A", 1), allocate("c-1", A=2)).when(take_back(("A", 2, "quarantine")))
    assert served(outcome) == []
    outcome.publishes(
        stock.Level(
            warehouse=WAREHOUSE,
            sku="A",
            on_hand=1,
            allocated=0,
            available=1,
            backordered=2,
            quarantined=2,
        )
    )


def test_goods_that_are_written_off_change_no_level() -> None:
    outcome = after(receive("A", 1)).when(take_back(("A", 2, "write-off")))
    assert outcome.after.state.levels["A"] == after(receive("A", 1)).state.levels["A"]


def test_one_article_may_come_back_in_several_conditions() -> None:
    goods = [
        ("A", 1, "restock"),
        ("A", 2, "quarantine"),
        ("A", 4, "write-off"),
        ("A", 8, "restock"),
    ]
    outcome = after(receive("A", 1)).when(take_back(*goods))
    assert outcome.events[0].levels == (level("A", 10, 0, 0, quarantined=2),)


def test_a_count_and_a_receipt_leave_the_quarantine() -> None:
    given = after(take_back(("A", 3, "quarantine")), receive("A", 5), count("A", 4))
    assert given.state.levels["A"].quarantined == 3


def test_goods_released_from_quarantine_are_on_hand_and_serve_the_queue() -> None:
    waiting = after(take_back(("A", 3, "quarantine")), allocate("c-1", A=2))
    outcome = waiting.when(release_quarantine("A", 2, "restock"))
    outcome.then(
        stock.QuarantineReleased(
            warehouse=WAREHOUSE,
            sku="A",
            quantity=2,
            disposition="restock",
            levels=(level("A", 2, 0, 2, quarantined=1),),
        ),
        allocated("c-1", (level("A", 2, 2, 0, quarantined=1),), A=2),
    )


def test_goods_written_off_from_quarantine_are_gone() -> None:
    waiting = after(take_back(("A", 3, "quarantine")), allocate("c-1", A=2))
    outcome = waiting.when(release_quarantine("A", 3, "write-off"))
    assert served(outcome) == []
    assert outcome.events[0].levels == (level("A", 0, 0, 2),)


@pytest.mark.parametrize(("quarantined", "quantity"), [(0, 1), (2, 3)])
def test_no_more_is_released_than_is_in_quarantine(quarantined: int, quantity: int) -> None:
    given = after(receive("A", 9))
    if quarantined:
        given = given.when(take_back(("A", quarantined, "quarantine"))).after
    outcome = given.when(release_quarantine("A", quantity, "restock"))
    outcome.rejected("not-quarantined", "not-quarantined")
    assert outcome.reason is not None
    assert "Seattle" in outcome.reason.message


def test_a_warehouse_that_the_site_lacks_is_malformed() -> None:
    unknown = {"warehouse": "atlantis"}
    after().when(take_back(("A", 1, "restock")).model_copy(update=unknown)).malformed("warehouse")
    released = release_quarantine("A", 1, "restock").model_copy(update=unknown)
    after().when(released).malformed("warehouse")


def test_a_snapshot_from_before_goods_came_back_is_restored() -> None:
    given = after(receive("A", 3), allocate("c-1", A=1), allocate("c-2", A=9))
    before = decider.dump(given.state)
    del before["quarantined"]
    assert decider.restore(before).levels == given.state.levels


def test_events_from_before_goods_came_back_have_no_quarantine() -> None:
    written = {
        "warehouse": WAREHOUSE,
        "sku": "A",
        "quantity": 2,
        "levels": ({"sku": "A", "on_hand": 2, "allocated": 0, "backordered": 0},),
    }
    inventory = fold(decider, [stock.Received.model_validate(written)])
    assert inventory.levels["A"].quarantined == 0
