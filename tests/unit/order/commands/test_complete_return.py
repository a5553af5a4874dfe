"""The customer gets back what the goods cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.contracts import returns
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import Given
from tests.unit.order.builders import TWO_LINES, line, shipment
from tests.unit.order.return_builders import (
    DECLINED,
    complete,
    create,
    decided,
    receive,
    received_return,
    refunded,
    returned,
    shipped_order,
)


def worth(given: Given[Any], **more: Any) -> tuple[str, str, str, str]:
    """Goods, tax, shipping and total of the requested completion."""
    (event,) = given.when(complete(**more)).events
    assert isinstance(event, returns.ReturnCompletionRequested)
    assert event.refund == event.worth.total
    found = event.worth
    return f"{found.goods}", f"{found.tax}", f"{found.shipping}", f"{found.total}"


def test_received_pieces_are_worth_price_less_discount_plus_tax() -> None:
    given = shipped_order(TWO_LINES).when(create(returned(1))).when(receive(1)).after
    assert worth(given) == ("9.00", "0.81", "0.00", "9.81")


def test_a_discount_of_the_order_is_shared_by_its_lines() -> None:
    parcel = shipment(line("SKU-1", 1, "30.00"), line("SKU-2", 1, "10.00"))
    given = shipped_order(parcel, order_discount="10.00").when(create()).when(receive()).after
    assert worth(given) == ("22.50", "0.00", "0.00", "22.50")


def test_pieces_that_didnt_arrive_are_worth_nothing_unless_a_person_accepts_them() -> None:
    given = shipped_order().when(create(returned(2))).when(receive(1)).when(receive(1, "lost"))
    assert worth(given.after)[3] == "10.00"
    assert worth(given.after, decisions=[decided("accepted")])[3] == "20.00"
    assert worth(given.after, decisions=[decided("rejected")])[3] == "0.00"


def test_shipping_is_refunded_if_chosen_for_a_shipment_that_came_back_completely() -> None:
    parcel = shipment(line(quantity=2), shipping_cost="4.00", shipping_tax="0.36")
    part = shipped_order(parcel).when(create(returned(1))).when(receive(1)).after
    assert worth(part, shipping=True)[2] == "0.00"
    part = part.when(complete()).when(refunded()).after
    rest = part.when(create(returned(1), return_id="r-2")).when(receive(1, return_id="r-2")).after
    assert worth(rest, return_id="r-2", shipping=True) == ("10.00", "0.00", "4.36", "14.36")
    assert worth(rest, return_id="r-2") == ("10.00", "0.00", "0.00", "10.00")


def test_a_fee_and_an_adjustment_change_the_worth_but_never_below_zero() -> None:
    given = received_return()
    assert worth(given, fee="2.50", note="worn")[3] == "7.50"
    assert worth(given, adjustment="-3.00", note="worn")[3] == "7.00"
    assert worth(given, adjustment="3.00", note="kindness")[3] == "13.00"
    assert worth(given, fee="99.00", note="broken")[3] == "0.00"


def test_amounts_have_the_currencys_decimals() -> None:
    received_return().when(complete(fee="2.505", note="worn")).malformed("fee")
    received_return().when(complete(adjustment="1", note="worn")).malformed("adjustment")


def test_goods_have_to_arrive_first() -> None:
    shipped_order().when(create()).when(complete()).rejected("goods-expected")


def test_a_decision_is_about_a_line_of_the_return() -> None:
    outcome = received_return().when(complete(decisions=[decided("accepted", line_id="7")]))
    outcome.rejected("unknown-line")


def test_a_refund_by_a_method_takes_a_manual_one_of_the_market() -> None:
    assert received_return().when(complete(method="check")).events
    received_return().when(complete(method="credit-card")).rejected("unknown-method")


def test_the_outcome_follows_once_the_money_is_back() -> None:
    asked = received_return().when(complete(), cause="csr#1").deferred()
    done = asked.when(refunded()).settles(DeferredOutcome("csr#1"))
    (completed,) = done.events
    assert isinstance(completed, returns.ReturnCompleted)
    assert f"{completed.refunded}" == "10.00"
    done.when(complete()).rejected("return-complete")


def test_a_second_completion_waits_for_the_first() -> None:
    received_return().when(complete()).when(complete()).rejected("refund-pending")


def test_a_refused_refund_leaves_the_return_to_be_completed_again() -> None:
    asked = received_return().when(complete(), cause="csr#1")
    refused = asked.when(refunded("0.00", refusal=DECLINED))
    refused.settles(DeferredOutcome("csr#1", DECLINED))
    assert isinstance(refused.events[0], returns.ReturnCompletionRefused)
    again = refused.when(complete(), cause="csr#2").deferred()
    again.when(refunded()).settles(DeferredOutcome("csr#2"))


def test_an_answer_that_comes_twice_settles_once() -> None:
    received_return().when(complete()).when(refunded()).when(refunded()).then()


def test_other_returns_of_a_line_count_on_to_the_cent() -> None:
    parcel = shipment(line(quantity=3, price="10.00", discount="0.01", tax="1.00"))
    given = shipped_order(parcel)
    paid = []
    for n in "123":
        given = given.when(create(returned(1), return_id=n)).when(receive(1, return_id=n)).after
        paid.append(worth(given, return_id=n)[3])
        given = given.when(complete(n)).when(refunded(return_id=n)).after
    assert sum(map(Decimal, paid)) == Decimal("30.99")
