"""A warehouse's stock: all or nothing, first come first served, never oversold."""

import pytest

from services.shipment.stock.decider import decider
from shared.contracts import Message, stock
from shared.contracts.shipments import Shortage
from shared.contracts.stock import ItemQuantity
from shared.contracts.stock_status import Lacking
from tests.unit.shipment.stock.builders import (
    EMPTY,
    WAREHOUSE,
    after,
    allocate,
    allocated,
    count,
    deallocate,
    issue,
    level,
    quantities,
    receive,
    served,
)


def test_received_goods_are_on_hand() -> None:
    after(receive("A", 3)).when(receive("A", 4)).then(
        stock.Received(warehouse=WAREHOUSE, sku="A", quantity=4, levels=(level("A", 7, 0, 0),))
    ).publishes(
        stock.Level(
            warehouse=WAREHOUSE, sku="A", on_hand=7, allocated=0, available=7, backordered=0
        )
    )


def test_a_shipment_is_allocated_at_once_if_stock_suffices() -> None:
    outcome = after(receive("A", 5), receive("B", 1)).when(allocate("c-1", A=2, B=1))
    outcome.then(allocated("c-1", (level("A", 5, 2, 0), level("B", 1, 1, 0)), A=2, B=1))
    outcome.publishes(
        stock.AllocationMade(warehouse=WAREHOUSE, order_id="c-1", shipment_id="1"),
        stock.Level(
            warehouse=WAREHOUSE, sku="A", on_hand=5, allocated=2, available=3, backordered=0
        ),
        stock.Level(
            warehouse=WAREHOUSE, sku="B", on_hand=1, allocated=1, available=0, backordered=0
        ),
    )


def test_a_shipment_is_backordered_as_a_whole_if_one_article_is_short() -> None:
    short = (Shortage(sku="B", wanted=3, available=1),)
    outcome = after(receive("A", 5), receive("B", 1)).when(allocate("c-1", A=2, B=3))
    outcome.then(
        stock.Backordered(
            warehouse=WAREHOUSE,
            order_id="c-1",
            shipment_id="1",
            lines=quantities({"A": 2, "B": 3}),
            short=short,
            levels=(level("A", 5, 0, 2), level("B", 1, 0, 3)),
        )
    )
    outcome.publishes(
        stock.AllocationShort(warehouse=WAREHOUSE, order_id="c-1", shipment_id="1", short=short),
        stock.Level(
            warehouse=WAREHOUSE, sku="A", on_hand=5, allocated=0, available=5, backordered=2
        ),
        stock.Level(
            warehouse=WAREHOUSE, sku="B", on_hand=1, allocated=0, available=1, backordered=3
        ),
    )


def test_the_exact_quantity_is_enough() -> None:
    assert served(after(receive("A", 2)).when(allocate("c-1", A=2))) == ["c-1"]


def test_lines_of_the_same_article_are_added_up() -> None:
    twice = stock.Allocate(
        warehouse=WAREHOUSE,
        order_id="c-1",
        shipment_id="1",
        lines=(ItemQuantity(sku="A", quantity=2), ItemQuantity(sku="A", quantity=2)),
    )
    assert served(after(receive("A", 3)).when(twice)) == []
    assert served(after(receive("A", 4)).when(twice)) == ["c-1"]


def test_received_goods_go_to_backorders_in_order() -> None:
    given = after(allocate("c-1", A=2), allocate("c-2", A=2), allocate("c-3", A=1))
    given.when(receive("A", 4)).then(
        stock.Received(warehouse=WAREHOUSE, sku="A", quantity=4, levels=(level("A", 4, 0, 5),)),
        allocated("c-1", (level("A", 4, 2, 3),), A=2),
        allocated("c-2", (level("A", 4, 4, 1),), A=2),
    )


def test_a_backorder_is_not_overtaken_by_one_for_the_same_article() -> None:
    given = after(allocate("c-1", A=5), allocate("c-2", A=1))
    assert served(given.when(receive("A", 4))) == []


def test_a_new_shipment_does_not_overtake_a_backorder() -> None:
    given = after(allocate("c-1", A=5), receive("A", 4))
    outcome = given.when(allocate("c-2", A=1))
    (backordered,) = outcome.events
    assert isinstance(backordered, stock.Backordered)
    assert backordered.short == (Shortage(sku="A", wanted=1, available=0),)
    assert served(outcome.when(receive("A", 2))) == ["c-1", "c-2"]


def test_a_shipment_overtakes_backorders_that_are_short_of_other_articles() -> None:
    given = after(receive("B", 9), allocate("c-1", A=5, B=2))
    assert served(given.when(allocate("c-2", B=8))) == ["c-2"], "c-1 is not short of B"
    given = after(allocate("c-1", A=1), allocate("c-2", B=1))
    assert served(given.when(receive("B", 1))) == ["c-2"]


def test_an_overtaken_backorder_is_short_of_what_was_allocated_before_it() -> None:
    given = after(receive("B", 2), allocate("c-1", A=1, B=2), allocate("c-2", B=1))
    assert served(given.when(allocate("c-3", B=1))) == [], "now c-1 is short of B too"


def test_deallocated_goods_go_to_backorders_in_order() -> None:
    given = after(receive("A", 2), allocate("c-1", A=2), allocate("c-2", A=1), allocate("c-3", A=1))
    given.when(deallocate("c-1")).then(
        stock.Deallocated(
            warehouse=WAREHOUSE, order_id="c-1", shipment_id="1", levels=(level("A", 2, 0, 2),)
        ),
        allocated("c-2", (level("A", 2, 1, 1),), A=1),
        allocated("c-3", (level("A", 2, 2, 0),), A=1),
    )


def test_a_removed_backorder_unblocks_those_behind_it() -> None:
    given = after(receive("A", 4), allocate("c-1", A=5), allocate("c-2", A=1), allocate("c-3", A=3))
    assert served(given.when(deallocate("c-1"))) == ["c-2", "c-3"]


def test_an_edited_shipment_may_get_the_stock_that_it_freed_itself() -> None:
    """An earlier backorder is short of A until the edited shipment frees its own, and of C."""
    others = [allocate(f"z-{n}", Z=1) for n in range(9)]
    given = after(*others, receive("A", 2), allocate("c-1", A=1), allocate("c-2", A=2, C=1))
    edited = stock.Reallocate(
        warehouse=WAREHOUSE, order_id="c-1", shipment_id="1", lines=quantities({"A": 2}), revision=1
    )
    outcome = given.when(edited)
    assert served(outcome) == ["c-1"]
    assert [each.key[0] for each in outcome.after.state.queue.in_order()][-1] == "c-2"


def test_a_count_sets_the_stock_on_hand() -> None:
    given = after(receive("A", 5), allocate("c-1", A=2))
    outcome = given.when(count("A", 7))
    outcome.then(
        stock.Counted(warehouse=WAREHOUSE, sku="A", quantity=7, levels=(level("A", 7, 2, 0),))
    )
    assert served(after(allocate("c-1", A=2)).when(count("A", 2))) == ["c-1"]


def test_a_count_may_find_less_than_is_allocated() -> None:
    given = after(receive("A", 5), allocate("c-1", A=4), allocate("c-2", A=2))
    outcome = given.when(count("A", 1))
    short = (Lacking(order_id="c-1", shipment_id="1", sku="A", lacks=3),)
    now = (level("A", 1, 4, 2),)
    outcome.then(stock.Counted(warehouse=WAREHOUSE, sku="A", quantity=1, levels=now, short=short))
    outcome.publishes(
        stock.Level(
            warehouse=WAREHOUSE, sku="A", on_hand=1, allocated=4, available=0, backordered=2
        )
    )
    more = outcome.when(receive("A", 4))
    assert served(more) == [], "what is allocated must be covered first"
    assert served(more.when(receive("A", 1))) == ["c-2"]


def test_issued_items_are_neither_on_hand_nor_allocated() -> None:
    given = after(receive("A", 5), allocate("c-1", A=2))
    given.when(issue("c-1")).then(
        stock.Issued(
            warehouse=WAREHOUSE, order_id="c-1", shipment_id="1", levels=(level("A", 3, 0, 0),)
        )
    )


def test_stock_on_hand_is_never_negative_after_a_low_count() -> None:
    given = after(receive("A", 5), allocate("c-1", A=4), allocate("c-2", A=1), count("A", 3))
    given.when(issue("c-1")).then(
        stock.Issued(
            warehouse=WAREHOUSE, order_id="c-1", shipment_id="1", levels=(level("A", 0, 1, 0),)
        )
    )


def test_a_repeated_allocation_has_no_second_effect() -> None:
    after(receive("A", 5), allocate("c-1", A=2)).when(allocate("c-1", A=2)).then().publishes()
    after(allocate("c-1", A=2)).when(allocate("c-1", A=2)).then()


@pytest.mark.parametrize("command", [deallocate, issue])
def test_an_unknown_shipment_has_nothing_to_deallocate_or_issue(command: type) -> None:
    EMPTY.when(command("c-1")).then()
    after(receive("A", 5), allocate("c-1", A=2), command("c-1")).when(command("c-1")).then()


def test_a_backorder_has_nothing_to_issue() -> None:
    after(allocate("c-1", A=2)).when(issue("c-1")).then()


@pytest.mark.parametrize(
    "command", [receive("A", 1), count("A", 1), allocate("c-1", A=1), deallocate("c-1"), issue("c")]
)
def test_a_warehouse_that_the_site_does_not_have_is_malformed(command: Message) -> None:
    EMPTY.when(command.model_copy(update={"warehouse": "atlantis"})).malformed("warehouse")


def test_stock_has_no_status() -> None:
    assert after(receive("A", 1)).status is None
    assert decider.long_lived
