"""Shortages after a count below the allocated quantity, and the listed queue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shipment.stock.decider import decider
from services.shipment.stock.shortages import MAX_LISTED, explain, shipments_short_of
from services.shipment.stock.snapshot import dump, restore
from shared.contracts import Malformed, stock
from shared.contracts.stock_status import Lacking, Queued, StockStatus, Wanted
from shared.runtime.decider import Context
from tests.examples import examples
from tests.unit.given import NOW, SITE, Given, numbers
from tests.unit.shipment.stock.builders import WAREHOUSE, after, allocate, count, issue, receive


def stock_status(given: Given, sku: str | None = None, warehouse: str = WAREHOUSE) -> StockStatus:
    context = Context("q", "q", NOW, None, SITE, numbers())
    return explain(stock.Explain(warehouse=warehouse, sku=sku), given.state, context)


def lacking(order_id: str, lacks: int, sku: str = "A") -> Lacking:
    return Lacking(order_id=order_id, shipment_id="1", sku=sku, lacks=lacks)


ALLOCATED = after(receive("A", 9), receive("B", 9), allocate("c-1", A=4), allocate("c-2", A=3, B=1),
             allocate("c-3", A=2))  # fmt: skip


@pytest.mark.parametrize(
    ("found", "short"),
    [
        (9, ()),
        (8, (lacking("c-3", 1),)),
        (6, (lacking("c-3", 2), lacking("c-2", 1))),
        (0, (lacking("c-3", 2), lacking("c-2", 3), lacking("c-1", 4))),
    ],
)
def test_the_latest_allocations_lack_stock_first(found: int, short: tuple[Lacking, ...]) -> None:
    outcome = ALLOCATED.when(count("A", found))
    (counted,) = outcome.events
    assert isinstance(counted, stock.Counted)
    assert counted.short == short
    assert stock_status(outcome.after).short == short
    assert stock_status(outcome.after, "A").lacking == len(short)
    assert stock_status(outcome.after, "B").short == ()


def test_an_issued_shipment_lacks_nothing() -> None:
    given = ALLOCATED.when(count("A", 6)).when(issue("c-3")).after
    assert stock_status(given).short == (lacking("c-2", 3),)


def test_an_event_of_an_older_version_lists_no_shortages() -> None:
    old = {"warehouse": WAREHOUSE, "levels": (), "sku": "A", "quantity": 1}
    assert stock.Counted.model_validate(old).short == ()


def test_the_queue_is_listed_in_order_with_the_wanted_quantities() -> None:
    given = after(receive("B", 1), allocate("c-1", A=2), allocate("c-2", B=9), allocate("c-3", A=1))
    first = Queued(place=1, order_id="c-1", shipment_id="1", lines=(Wanted(sku="A", quantity=2),))
    assert stock_status(given).queue[0] == first
    assert [each.order_id for each in stock_status(given).queue] == ["c-1", "c-2", "c-3"]
    assert [(each.order_id, each.place) for each in stock_status(given, "A").queue] == [
        ("c-1", 1),
        ("c-3", 3),
    ]
    assert stock_status(given).waiting == 3
    assert stock_status(after()) == StockStatus(short=(), lacking=0, queue=(), waiting=0)


def test_an_answer_lists_a_limited_number_of_backorders() -> None:
    given = after(*(allocate(f"c-{n}", A=1) for n in range(MAX_LISTED + 5)))
    assert (len(stock_status(given).queue), stock_status(given).waiting) == (
        MAX_LISTED,
        MAX_LISTED + 5,
    )


def test_a_warehouse_that_the_site_does_not_have_is_malformed() -> None:
    with pytest.raises(Malformed, match="warehouse"):
        stock_status(after(), warehouse="atlantis")


@examples(150)
@given(
    st.lists(st.dictionaries(st.sampled_from("AB"), st.integers(1, 9), min_size=1), max_size=8),
    st.integers(0, 80),
)
def test_the_shortages_add_up_to_what_is_missing(wants: list[dict[str, int]], found: int) -> None:
    orders = [allocate(f"c-{n}", **lines) for n, lines in enumerate(wants)]
    given = after(receive("A", 72), receive("B", 72), *orders)
    allocated = sum(lines.get("A", 0) for lines in wants)

    outcome = given.when(count("A", found))

    short = outcome.events[0].short
    assert sum(each.lacks for each in short) == max(0, allocated - found)
    held = {f"c-{n}": lines.get("A", 0) for n, lines in enumerate(wants)}
    assert all(0 < each.lacks <= held[each.order_id] for each in short)
    assert all(each.lacks == held[each.order_id] for each in short[:-1]), "but the last"
    restored = restore(dump(outcome.after.state))
    assert tuple(shipments_short_of(restored, "A", found)) == short, (
        "a snapshot keeps the order of allocations"
    )
    assert decider.queries.keys() == {stock.Explain}
