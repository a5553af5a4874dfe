"""The safety stock is kept back from allocations; expected goods are shown until they arrive."""

from __future__ import annotations

from datetime import date, timedelta

from shared.contracts import stock
from shared.contracts.stock_status import ExpectedReceipt
from tests.unit.shipment.stock.builders import (
    EMPTY,
    WAREHOUSE,
    after,
    allocate,
    count,
    receive,
    served,
)
from tests.unit.shipment.stock.reference_model import CONTEXT

ADVENT = date(2026, 12, 1)


def safety(quantity: int, sku: str = "A") -> stock.SetSafety:
    return stock.SetSafety(warehouse=WAREHOUSE, sku=sku, quantity=quantity)


def expect(quantity: int, day: date = ADVENT, sku: str = "A") -> stock.Expect:
    return stock.Expect(warehouse=WAREHOUSE, sku=sku, quantity=quantity, expected_on=day)


def receipt(quantity: int, day: date = ADVENT) -> ExpectedReceipt:
    return ExpectedReceipt(expected_on=day, quantity=quantity)


def test_the_safety_stock_is_not_allocated() -> None:
    given = after(receive("A", 5), safety(2))
    assert served(given.when(allocate("c-1", A=3))) == ["c-1"]
    outcome = given.when(allocate("c-1", A=4))
    assert served(outcome) == []
    (short,) = outcome.events[0].short
    assert (short.wanted, short.available) == (4, 3)


def test_the_published_level_has_no_safety_stock_among_what_is_available() -> None:
    (level,) = after(receive("A", 5)).when(safety(2)).outgoing
    assert (level.on_hand, level.safety, level.available) == (5, 2, 3)


def test_a_lower_safety_stock_serves_who_waits() -> None:
    given = after(receive("A", 5), safety(5), allocate("c-1", A=2), allocate("c-2", A=2))
    assert served(given.when(safety(3))) == ["c-1"]
    assert served(given.when(safety(0))) == ["c-1", "c-2"]


def test_a_higher_safety_stock_takes_nothing_away() -> None:
    outcome = after(receive("A", 5), allocate("c-1", A=4)).when(safety(3))
    assert ("c-1", "1") in outcome.after.state.allocations
    (level,) = outcome.outgoing
    assert level.available == 0
    question = stock.Explain(warehouse=WAREHOUSE)
    status = outcome.after.decider.queries[stock.Explain](question, outcome.after.state, CONTEXT)
    assert status.lacking == 0


def test_the_same_again_changes_nothing() -> None:
    given = after(safety(2), expect(5))
    given.when(safety(2)).then()
    given.when(expect(5)).then()
    EMPTY.when(expect(0)).then()


def test_expected_goods_are_listed_by_day() -> None:
    later = ADVENT + timedelta(days=7)
    outcome = after(expect(5, later)).when(expect(3))
    (level,) = outcome.outgoing
    assert level.expected == (receipt(3), receipt(5, later))
    (level,) = outcome.when(expect(0)).outgoing
    assert level.expected == (receipt(5, later),)


def test_goods_that_arrive_are_the_earliest_expected() -> None:
    later = ADVENT + timedelta(days=7)
    given = after(expect(3), expect(5, later))
    assert given.when(receive("A", 4)).after.state.levels["A"].expected == (receipt(4, later),)
    assert given.when(receive("A", 9)).after.state.levels["A"].expected == ()
    assert given.when(count("A", 9)).after.state.levels["A"].expected == (
        receipt(3),
        receipt(5, later),
    )


def test_an_answer_about_stock_has_what_is_expected() -> None:
    state = after(expect(3), expect(2, sku="B.1")).state
    explain = EMPTY.decider.queries[stock.Explain]
    found = explain(stock.Explain(warehouse=WAREHOUSE), state, CONTEXT)
    assert [(each.sku, each.quantity) for each in found.expected] == [("A", 3), ("B.1", 2)]
    one = explain(stock.Explain(warehouse=WAREHOUSE, sku="A"), state, CONTEXT)
    assert [each.sku for each in one.expected] == ["A"]


def test_only_so_many_days_are_kept() -> None:
    days = [ADVENT + timedelta(days=n) for n in range(21)]
    given = after(*(expect(1, day) for day in days[:20]))
    given.when(expect(1, days[20])).rejected("receipts-full")
    given.when(expect(2, days[0]))


def test_a_warehouse_of_no_site_is_malformed() -> None:
    for command in (safety(1), expect(1)):
        EMPTY.when(command.model_copy(update={"warehouse": "atlantis"})).malformed("warehouse")
