"""When the streams of an order are closed, so that they may be moved to the archive."""

from __future__ import annotations

from typing import Any

import pytest

from services.cart.cart.decider import decider as cart
from services.cart.cart.state import Cart
from services.notify.decider import decider as notify
from services.order.decider import decider as order
from services.payment.decider import decider as payment
from services.shipment.fulfilment.decider import decider as fulfilment
from tests.unit.given import Given
from tests.unit.notify import builders as news
from tests.unit.order.builders import (
    DELETE,
    an_order,
    canceled,
    closed,
    hold_requested,
    order_held,
    shipped,
)
from tests.unit.order.return_builders import create, shipped_order
from tests.unit.payment.builders import (
    CLOSED,
    authorized,
    capture,
    order_canceled,
    refund,
    sold,
    void,
)
from tests.unit.shipment.fulfilment import builders as goods


def is_closed(given: Given[Any]) -> bool:
    assert given.decider.is_closed is not None
    return given.decider.is_closed(given.state)


def test_order_is_closed_once_everything_has_shipped() -> None:
    two = an_order(of=2)
    assert not is_closed(two)
    assert not is_closed(two.when(shipped("1")).after)
    assert is_closed(two.when(shipped("1")).when(shipped("2")).after)


def test_order_is_closed_once_it_is_canceled() -> None:
    assert is_closed(an_order().events(closed("1", "Canceled"), canceled()))


def test_order_on_hold_or_with_a_pending_request_is_open() -> None:
    assert not is_closed(an_order().events(order_held()))
    assert not is_closed(shipped_order().events(hold_requested("csr#1")))


def test_order_with_an_open_return_is_open() -> None:
    assert is_closed(shipped_order())
    assert not is_closed(shipped_order().when(create()).after)


def test_order_that_is_being_deleted_is_open() -> None:
    assert not is_closed(shipped_order().when(DELETE).after)


def test_account_is_closed_while_nothing_is_owed_on_either_side() -> None:
    assert is_closed(sold())
    assert not is_closed(sold("90.00"))
    assert not is_closed(sold("110.00"))


def test_account_with_an_authorization_is_open_until_it_is_captured() -> None:
    held = authorized()
    assert not is_closed(held)
    assert is_closed(held.when(capture()).after)


def test_account_of_a_canceled_order_is_closed_once_all_money_is_back() -> None:
    assert not is_closed(sold().events(CLOSED))
    assert is_closed(sold().when(refund()).after.events(CLOSED))
    assert is_closed(authorized().when(void()).after.when(order_canceled()).after)


def test_shipments_are_closed_once_all_have_ended() -> None:
    open_order = Given(fulfilment).when(goods.placed("1", "2")).after
    assert not is_closed(open_order)
    assert is_closed(open_order.when(goods.CANCEL_ORDER).after)


@pytest.mark.parametrize(
    ("status", "converting", "expected"),
    [("Open", None, False), ("CheckedOut", "csr#1", False), ("CheckedOut", None, True)],
)
def test_cart_is_closed_once_it_is_an_order(
    status: Any, converting: str | None, expected: bool
) -> None:
    state = Cart("c-1", "US", "USD", None, status=status, converting=converting)
    assert cart.is_closed is not None
    assert cart.is_closed(state) is expected


def test_notified_order_is_closed_once_its_end_was_told() -> None:
    placed = Given(notify).when(news.placed()).after
    assert not is_closed(placed)
    assert is_closed(placed.when(news.shipped()).after)
    assert is_closed(Given(notify).when(news.placed(customer=None)).after)


@pytest.mark.parametrize("decider", [order, payment, fulfilment, cart, notify])
def test_stream_of_nothing_is_open(decider: Any) -> None:
    assert not is_closed(Given(decider))
