"""A warehouse's stock: all or nothing, first come first served, never oversold."""

import pytest

from services.shipment.stock.decider import decider
from services.shipment.stock.state import Inventory
from shared.contracts import Message, stock
from shared.contracts.shipments import Shortage
from shared.contracts.stock import LevelNow, Pieces
from shared.contracts.stock_status import Lacking
from tests.unit.given import Given, Outcome

EMPTY = Given(decider)
W = "seattle"


def receive(sku: str, quantity: int) -> stock.Receive:
    return stock.Receive(warehouse=W, sku=sku, quantity=quantity)


def count(sku: str, quantity: int) -> stock.CountStock:
    return stock.CountStock(warehouse=W, sku=sku, quantity=quantity)


def allocate(order_id: str, **wants: int) -> stock.Allocate:
    return stock.Allocate(warehouse=W, order_id=order_id, shipment_id="1", lines=_pieces(wants))


def deallocate(order_id: str) -> stock.Deallocate:
    return stock.Deallocate(warehouse=W, order_id=order_id, shipment_id="1")


def issue(order_id: str) -> stock.Issue:
    return stock.Issue(warehouse=W, order_id=order_id, shipment_id="1")


def allocated(order_id: str, levels: tuple[LevelNow, ...], **wants: int) -> stock.Allocated:
    return stock.Allocated(
        warehouse=W, order_id=order_id, shipment_id="1", lines=_pieces(wants), levels=levels
    )


def level(sku: str, on_hand: int, allocated: int, backordered: int) -> LevelNow:
    return LevelNow(sku=sku, on_hand=on_hand, allocated=allocated, backordered=backordered)


def _pieces(wants: dict[str, int]) -> tuple[Pieces, ...]:
    return tuple(Pieces(sku=sku, quantity=quantity) for sku, quantity in wants.items())


def after(*messages: Message) -> Given[Inventory]:
    given = EMPTY
    for message in messages:
        given = given.when(message).after
    return given


def served(outcome: Outcome[Inventory]) -> list[str]:
    """The orders that got their goods, in order."""
    return [e.order_id for e in outcome.events if isinstance(e, stock.Allocated)]


def test_goods_that_come_in_are_on_hand() -> None:
    after(receive("A", 3)).when(receive("A", 4)).then(
        stock.Received(warehouse=W, sku="A", quantity=4, levels=(level("A", 7, 0, 0),))
    ).publishes(
        stock.Level(warehouse=W, sku="A", on_hand=7, allocated=0, available=7, backordered=0)
    )


def test_a_shipment_that_fits_gets_everything_at_once() -> None:
    outcome = after(receive("A", 5), receive("B", 1)).when(allocate("c-1", A=2, B=1))
    outcome.then(allocated("c-1", (level("A", 5, 2, 0), level("B", 1, 1, 0)), A=2, B=1))
    outcome.publishes(
        stock.AllocationMade(warehouse=W, order_id="c-1", shipment_id="1"),
        stock.Level(warehouse=W, sku="A", on_hand=5, allocated=2, available=3, backordered=0),
        stock.Level(warehouse=W, sku="B", on_hand=1, allocated=1, available=0, backordered=0),
    )


def test_a_shipment_that_does_not_fit_gets_nothing_and_waits() -> None:
    short = (Shortage(sku="B", wanted=3, available=1),)
    outcome = after(receive("A", 5), receive("B", 1)).when(allocate("c-1", A=2, B=3))
    outcome.then(
        stock.Backordered(
            warehouse=W,
            order_id="c-1",
            shipment_id="1",
            lines=_pieces({"A": 2, "B": 3}),
            short=short,
            levels=(level("A", 5, 0, 2), level("B", 1, 0, 3)),
        )
    )
    outcome.publishes(
        stock.AllocationShort(warehouse=W, order_id="c-1", shipment_id="1", short=short),
        stock.Level(warehouse=W, sku="A", on_hand=5, allocated=0, available=5, backordered=2),
        stock.Level(warehouse=W, sku="B", on_hand=1, allocated=0, available=1, backordered=3),
    )


def test_exactly_what_is_there_is_enough() -> None:
    assert served(after(receive("A", 2)).when(allocate("c-1", A=2))) == ["c-1"]


def test_lines_with_the_same_article_are_one_need() -> None:
    twice = stock.Allocate(
        warehouse=W,
        order_id="c-1",
        shipment_id="1",
        lines=(Pieces(sku="A", quantity=2), Pieces(sku="A", quantity=2)),
    )
    assert served(after(receive("A", 3)).when(twice)) == []
    assert served(after(receive("A", 4)).when(twice)) == ["c-1"]


def test_goods_that_come_in_go_to_those_who_wait_in_order() -> None:
    given = after(allocate("c-1", A=2), allocate("c-2", A=2), allocate("c-3", A=1))
    given.when(receive("A", 4)).then(
        stock.Received(warehouse=W, sku="A", quantity=4, levels=(level("A", 4, 0, 5),)),
        allocated("c-1", (level("A", 4, 2, 3),), A=2),
        allocated("c-2", (level("A", 4, 4, 1),), A=2),
    )


def test_nobody_overtakes_one_who_is_short_of_the_same_article() -> None:
    given = after(allocate("c-1", A=5), allocate("c-2", A=1))
    assert served(given.when(receive("A", 4))) == []


def test_a_newcomer_does_not_overtake_either() -> None:
    given = after(allocate("c-1", A=5), receive("A", 4))
    outcome = given.when(allocate("c-2", A=1))
    (waits,) = outcome.events
    assert isinstance(waits, stock.Backordered)
    assert waits.short == (Shortage(sku="A", wanted=1, available=0),)
    assert served(outcome.when(receive("A", 2))) == ["c-1", "c-2"]


def test_who_shares_no_article_that_an_earlier_one_is_short_of_overtakes() -> None:
    given = after(receive("B", 9), allocate("c-1", A=5, B=2))
    assert served(given.when(allocate("c-2", B=8))) == ["c-2"], "c-1 is not short of B"
    given = after(allocate("c-1", A=1), allocate("c-2", B=1))
    assert served(given.when(receive("B", 1))) == ["c-2"]


def test_an_overtaken_shipment_is_short_of_what_was_taken_before_it() -> None:
    given = after(receive("B", 2), allocate("c-1", A=1, B=2), allocate("c-2", B=1))
    assert served(given.when(allocate("c-3", B=1))) == [], "now c-1 is short of B too"


def test_goods_that_come_back_go_to_those_who_wait() -> None:
    given = after(receive("A", 2), allocate("c-1", A=2), allocate("c-2", A=1), allocate("c-3", A=1))
    given.when(deallocate("c-1")).then(
        stock.Deallocated(
            warehouse=W, order_id="c-1", shipment_id="1", levels=(level("A", 2, 0, 2),)
        ),
        allocated("c-2", (level("A", 2, 1, 1),), A=1),
        allocated("c-3", (level("A", 2, 2, 0),), A=1),
    )


def test_who_leaves_the_queue_makes_room_for_those_behind() -> None:
    given = after(receive("A", 4), allocate("c-1", A=5), allocate("c-2", A=1), allocate("c-3", A=3))
    assert served(given.when(deallocate("c-1"))) == ["c-2", "c-3"]


def test_an_edited_shipment_may_get_with_the_rest_what_it_gave_back_itself() -> None:
    """An earlier one is short of A until the edited one lets go of its own, and of C even then."""
    waiting = [allocate(f"z-{n}", Z=1) for n in range(9)]
    given = after(*waiting, receive("A", 2), allocate("c-1", A=1), allocate("c-2", A=2, C=1))
    edited = stock.Reallocate(
        warehouse=W, order_id="c-1", shipment_id="1", lines=_pieces({"A": 2}), revision=1
    )
    outcome = given.when(edited)
    assert served(outcome) == ["c-1"]
    assert [each.key[0] for each in outcome.after.state.queue.in_order()][-1] == "c-2"


def test_a_count_sets_what_is_on_hand() -> None:
    given = after(receive("A", 5), allocate("c-1", A=2))
    outcome = given.when(count("A", 7))
    outcome.then(stock.Counted(warehouse=W, sku="A", quantity=7, levels=(level("A", 7, 2, 0),)))
    assert served(after(allocate("c-1", A=2)).when(count("A", 2))) == ["c-1"]


def test_a_count_may_find_less_than_is_allocated() -> None:
    given = after(receive("A", 5), allocate("c-1", A=4), allocate("c-2", A=2))
    outcome = given.when(count("A", 1))
    short = (Lacking(order_id="c-1", shipment_id="1", sku="A", lacks=3),)
    now = (level("A", 1, 4, 2),)
    outcome.then(stock.Counted(warehouse=W, sku="A", quantity=1, levels=now, short=short))
    outcome.publishes(
        stock.Level(warehouse=W, sku="A", on_hand=1, allocated=4, available=0, backordered=2)
    )
    more = outcome.when(receive("A", 4))
    assert served(more) == [], "what is allocated has to be covered first"
    assert served(more.when(receive("A", 1))) == ["c-2"]


def test_what_was_issued_is_neither_on_hand_nor_allocated() -> None:
    given = after(receive("A", 5), allocate("c-1", A=2))
    given.when(issue("c-1")).then(
        stock.Issued(warehouse=W, order_id="c-1", shipment_id="1", levels=(level("A", 3, 0, 0),))
    )


def test_a_wrong_count_does_not_make_what_is_on_hand_negative() -> None:
    given = after(receive("A", 5), allocate("c-1", A=4), allocate("c-2", A=1), count("A", 3))
    given.when(issue("c-1")).then(
        stock.Issued(warehouse=W, order_id="c-1", shipment_id="1", levels=(level("A", 0, 1, 0),))
    )


def test_the_same_question_again_has_no_second_effect() -> None:
    after(receive("A", 5), allocate("c-1", A=2)).when(allocate("c-1", A=2)).then().publishes()
    after(allocate("c-1", A=2)).when(allocate("c-1", A=2)).then()


@pytest.mark.parametrize("command", [deallocate, issue])
def test_who_is_unknown_gives_nothing_back_and_takes_nothing_along(command: type) -> None:
    EMPTY.when(command("c-1")).then()
    after(receive("A", 5), allocate("c-1", A=2), command("c-1")).when(command("c-1")).then()


def test_who_waits_has_nothing_to_take_along() -> None:
    after(allocate("c-1", A=2)).when(issue("c-1")).then()


@pytest.mark.parametrize(
    "command", [receive("A", 1), count("A", 1), allocate("c-1", A=1), deallocate("c-1"), issue("c")]
)
def test_a_warehouse_that_the_site_does_not_have_is_a_mistake(command: Message) -> None:
    EMPTY.when(command.model_copy(update={"warehouse": "atlantis"})).malformed("warehouse")


def test_stock_has_no_status() -> None:
    assert after(receive("A", 1)).status is None
    assert decider.long_lived
