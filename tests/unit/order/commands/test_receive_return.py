"""Goods of a return arrive."""

from __future__ import annotations

from shared.contracts import returns
from shared.contracts.stock import TakeBack
from tests.unit.order.return_builders import (
    cancel,
    complete,
    create,
    exchange,
    receive,
    received_return,
    returned,
    shipped_order,
)


def test_a_return_awaits_completion_once_every_piece_is_accounted_for() -> None:
    given = shipped_order().when(create(returned(3))).after
    (first,) = given.when(receive(1)).events
    assert first.status == "AwaitingStockReturn"  # type: ignore[attr-defined]
    (second,) = given.when(receive(1)).when(receive(2, "lost")).events
    assert second.status == "AwaitingCompletion"  # type: ignore[attr-defined]


def test_the_stock_takes_back_what_arrived_by_article_and_disposition() -> None:
    given = shipped_order().when(create(returned(3))).after
    (told,) = given.when(receive(2, disposition="quarantine")).outgoing
    goods = returns.ReturnedGoods(sku="SKU-1", quantity=2, disposition="quarantine")
    assert told == TakeBack(warehouse="seattle", order_id="c-1", return_id="r-1", goods=(goods,))
    assert given.when(receive(1, "lost")).outgoing == []


def test_no_more_is_received_than_expected() -> None:
    given = shipped_order().when(create(returned(2))).after
    given.when(receive(3)).rejected("more-than-expected")
    given.when(receive(1)).when(receive(2)).rejected("more-than-expected")
    given.when(receive(2)).when(receive(1)).rejected("all-accounted")


def test_goods_belong_to_a_line_of_the_return() -> None:
    given = shipped_order().when(create()).after
    given.when(receive(line_id="7")).rejected("unknown-line")
    given.when(receive(return_id="r-7")).rejected("unknown-return")
    given.when(receive(condition="eaten")).rejected("unknown-condition")


def test_a_canceled_return_receives_nothing() -> None:
    given = shipped_order().when(create()).when(cancel()).after
    given.when(receive()).rejected("return-canceled")


def test_a_return_is_canceled_only_if_nothing_arrived() -> None:
    shipped_order().when(create()).when(receive(1, "lost")).when(cancel()).says(
        returns.ReturnCanceled(
            order_id="c-1", return_id="r-1", order_number="PO1000001", warehouse="seattle",
            reason=None,
        )
    )  # fmt: skip
    received_return().when(cancel()).rejected("goods-received")


def test_warehouses_hear_that_canceled_goods_wont_come() -> None:
    (told,) = shipped_order().when(create()).when(cancel()).outgoing
    assert isinstance(told, returns.Withdrawn)


def test_canceling_twice_changes_nothing() -> None:
    shipped_order().when(create()).when(cancel()).when(cancel()).then()


def test_a_return_isnt_canceled_while_its_exchange_order_exists() -> None:
    given = shipped_order().when(exchange(ship_first=True)).after
    given.when(cancel()).rejected("exchange-placed")


def test_a_return_isnt_canceled_while_its_refund_is_pending() -> None:
    given = shipped_order().when(create()).when(receive(1, "lost")).when(complete()).after
    given.when(cancel()).rejected("refund-pending")
