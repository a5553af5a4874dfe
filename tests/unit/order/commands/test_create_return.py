"""Announcing goods that come back."""

from datetime import timedelta

import pytest

from shared.contracts import returns
from tests.unit.given import NOW, SITE
from tests.unit.order.builders import DELETE, an_order, line, order_of, shipment, shipped
from tests.unit.order.return_builders import (
    ABOUT,
    cancel,
    complete,
    create,
    decided,
    exchange,
    receive,
    refunded,
    returned,
    shipped_order,
)


def test_warehouses_hear_of_goods_that_come_back() -> None:
    outcome = shipped_order().when(create(returned(2, reason="too-small")))
    outcome.says(returns.ReturnCreated(**ABOUT, **_content(2)))
    (told,) = outcome.outgoing
    assert isinstance(told, returns.Expected)
    assert (told.warehouse, told.lines[0].quantity, told.exchange) == ("seattle", 2, False)


def _content(quantity: int) -> dict[str, object]:
    expected = returns.ExpectedLine(
        shipment_id="1", line_id="1", sku="SKU-1", name="Dress", quantity=quantity,
        reason="too-small",
    )  # fmt: skip
    return {
        "warehouse": "seattle",
        "lines": (expected,),
        "comment": None,
        "late": False,
        "replacement": None,
        "created_at": NOW,
    }


def test_goods_may_go_to_another_warehouse() -> None:
    (event,) = shipped_order().when(create(warehouse="coventry")).events
    assert event.warehouse == "coventry"  # type: ignore[attr-defined]
    shipped_order().when(create(warehouse="atlantis")).rejected("unknown-warehouse")


def test_only_what_has_shipped_comes_back() -> None:
    an_order().when(create()).rejected("nothing-shipped")
    partly = an_order(of=2).when(shipped("1")).after
    partly.when(create(returned(shipment_id="2"))).rejected("not-shipped")
    partly.when(create(returned(shipment_id="7"))).rejected("unknown-shipment")
    partly.when(create(returned(line_id="7"))).rejected("unknown-line")


def test_each_piece_comes_back_once() -> None:
    given = shipped_order().when(create(returned(2))).after
    given.when(create(returned(2), return_id="r-2")).rejected("too-many")
    given = given.when(create(returned(1), return_id="r-2")).after
    given.when(create(returned(1), return_id="r-3")).rejected("nothing-to-return")


def test_pieces_of_a_canceled_return_can_come_back() -> None:
    given = shipped_order().when(create(returned(3))).when(cancel()).after
    assert given.when(create(returned(3), return_id="r-2")).events


@pytest.mark.parametrize("arrival", ["lost", "short", "wrong-item"])
def test_pieces_that_never_arrived_can_be_announced_again_once_the_return_is_complete(
    arrival: str,
) -> None:
    given = shipped_order().when(create(returned(3))).after
    given = given.when(receive(1)).when(receive(2, arrival)).after
    given.when(create(returned(1), return_id="r-2")).rejected("nothing-to-return")
    done = given.when(complete()).when(refunded()).after
    done.when(create(returned(3), return_id="r-2")).rejected("too-many")
    assert done.when(create(returned(2), return_id="r-2")).events


def test_lost_pieces_that_were_refunded_cant_be_announced_again() -> None:
    given = shipped_order().when(create(returned(3))).when(receive(3, "lost")).after
    done = given.when(complete(decisions=[decided("accepted")])).when(refunded("30.00")).after
    done.when(create(returned(1), return_id="r-2")).rejected("nothing-to-return")


def test_a_reason_is_one_of_the_site() -> None:
    shipped_order().when(create(returned(reason="boredom"))).rejected("unknown-reason")


def test_every_line_tells_its_own_blockers() -> None:
    outcome = shipped_order().when(create(returned(9, reason="boredom")))
    outcome.rejected("too-many", "too-many", "unknown-reason")


def test_the_time_for_returning_ends_after_the_days_of_the_market() -> None:
    last = NOW + timedelta(days=SITE.markets["US"].return_days or 0)
    given = shipped_order()
    assert given.when(create(), now=last).events
    too_late = given.when(create(), now=last + timedelta(seconds=1))
    too_late.rejected("return-too-late")
    assert given.when(create(late=True), now=last + timedelta(seconds=1)).events


def test_a_market_without_days_takes_goods_back_forever() -> None:
    given = shipped_order(shipment(line(price="10.00")), market="UK", currency="GBP")
    assert given.when(create(), now=NOW + timedelta(days=3000)).events


def test_a_repeat_makes_no_second_return() -> None:
    given = shipped_order().when(create()).after
    state = given.state
    decider = given.decider
    from shared.runtime.decider import Context, Rejected
    from tests.unit.given import numbers

    repeat = Context("csr#2", "2", NOW, None, SITE, numbers(), same=True)
    assert decider.decide(create(), state, repeat).events == []
    other = Context("csr#3", "3", NOW, None, SITE, numbers(), same=False)
    with pytest.raises(Rejected) as refused:
        decider.decide(create(returned(2)), state, other)
    assert refused.value.reason.code == "id-reused"


def test_an_order_with_an_open_return_isnt_deleted() -> None:
    given = shipped_order().when(create()).after
    given.when(DELETE).rejected("return-open")
    assert given.when(cancel()).when(DELETE).events


def test_an_order_that_is_being_deleted_takes_nothing_back() -> None:
    shipped_order().when(DELETE).when(create()).rejected("delete-pending")


def test_an_exchange_makes_the_order_wait() -> None:
    outcome = shipped_order().when(exchange())
    assert outcome.status == "AwaitingExchange"
    assert [type(event) for event in outcome.events] == [returns.ReturnCreated]
    assert outcome.after.when(cancel()).status == "Completed"


def test_an_exchange_order_may_ship_first() -> None:
    created, placed = shipped_order().when(exchange(ship_first=True)).events
    assert isinstance(created, returns.ReturnCreated)
    assert isinstance(placed, returns.ExchangeRequested)
    assert f"{placed.transferred}" == "10.00"


def test_the_exchange_order_has_an_id_of_its_own() -> None:
    given = shipped_order()
    given.when(exchange(order="c-1")).rejected("id-reused")
    taken = given.when(exchange(), known={"order/x-1": an_order().state})
    taken.rejected("id-reused")
    once = given.when(exchange()).after
    once.when(exchange(return_id="r-2")).rejected("id-reused")


def test_a_replacement_of_another_article_needs_name_and_price() -> None:
    other = [{"sku": "SKU-9", "quantity": 1}]
    shipped_order().when(exchange(replaced=other)).rejected("replacement-incomplete")
    priced = [{**other[0], "name": "Scarf", "placed_price": "8.00"}]
    assert shipped_order().when(exchange(replaced=priced)).events


def test_amounts_of_a_replacement_have_the_currencys_decimals() -> None:
    wrong = [{"sku": "SKU-1", "quantity": 1, "placed_price": "8.005"}]
    outcome = shipped_order().when(exchange(replaced=wrong))
    outcome.malformed("replacement.lines.0.placed_price")
    too_much = [{"sku": "SKU-1", "quantity": 1, "placed_price": "8.00", "discount": "9.00"}]
    shipped_order().when(exchange(replaced=too_much)).rejected("discount-too-high")


def test_an_order_of_an_earlier_version_has_no_time_limit() -> None:
    given = order_of(shipment(line(quantity=1)))
    closed = given.when(shipped()).events[0].model_copy(update={"at": None})
    old = given.events(closed)
    assert old.when(create(), now=NOW + timedelta(days=999)).events
