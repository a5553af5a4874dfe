"""Whatever an order costs, returning it gives back exactly that (rules: Returns and exchanges)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given as with_each
from hypothesis import strategies as st

from services.order.decider import decider
from services.order.returns.worth import costs_of
from shared.contracts import orders, returns
from shared.contracts.money import decimals
from tests.examples import examples
from tests.unit.given import Given
from tests.unit.order.builders import cart, line, shipment, shipment_canceled, shipped
from tests.unit.order.return_builders import (
    complete,
    create,
    exchange,
    receive,
    refunded,
    returned,
    settle,
)


def refund_shipping(amount: Decimal, refund_id: str, shipment_id: str) -> orders.RefundShipping:
    return orders.RefundShipping(
        order_id="c-1", refund_id=refund_id, shipment_id=shipment_id, amount=amount
    )


MARKETS = {"US": "USD", "JP": "JPY", "SE": "SEK", "UK": "GBP"}


def money(currency: str, cents: int) -> str:
    return f"{Decimal(cents).scaleb(-decimals(currency)):f}"


@st.composite
def placed_orders(draw: st.DrawFn) -> Given[Any]:
    """An order with discounts of all kinds, of which one shipment may be canceled."""
    market = draw(st.sampled_from(sorted(MARKETS)))
    currency = MARKETS[market]
    cents = st.integers(0, 5000)
    parcels = []
    for _ in range(draw(st.integers(1, 3))):
        lines = []
        for n in range(draw(st.integers(1, 3))):
            quantity, price = draw(st.integers(1, 4)), draw(cents)
            discount = draw(st.integers(0, quantity * price))
            lines.append(
                line(
                    f"SKU-{n}",
                    quantity,
                    money(currency, price),
                    discount=money(currency, discount),
                    tax=money(currency, draw(st.integers(0, 900))),
                )
            )
        shipping = {
            "shipping_cost": money(currency, draw(st.integers(0, 900))),
            "shipping_tax": money(currency, draw(st.integers(0, 99))),
        }
        parcels.append(shipment(*lines, **shipping))
    off = money(currency, draw(st.sampled_from([0, 1, 999, 5000, 90_000])))
    content = cart(*parcels, market=market, currency=currency, order_discount=off)
    order = Given(decider).when(content, cause="checkout#1").after
    lost = draw(st.integers(0, len(parcels)))
    for n in range(1, len(parcels) + 1):
        gone = n == lost and len(parcels) > 1
        order = order.when(shipment_canceled(str(n)) if gone else shipped(str(n))).after
    return order


def shipped_lines(order: Given[Any]) -> dict[tuple[str, str], int]:
    state = order.state
    return {
        (each.shipment_id, each_line.line_id): each_line.quantity
        for each in state.content.shipments
        if state.shipments[each.shipment_id] == "Shipped"
        for each_line in each.lines
    }


def arrive(order: Given[Any], return_id: str, lines: list[dict[str, Any]]) -> Given[Any]:
    for each in lines:
        order = order.when(
            receive(
                each["quantity"],
                return_id=return_id,
                line_id=each["line_id"],
                shipment_id=each["shipment_id"],
            )
        ).after
    return order


def requested(order: Given[Any], return_id: str) -> tuple[Given[Any], Any]:
    outcome = order.when(complete(return_id, shipping=True), cause=f"csr#{return_id}")
    (event,) = outcome.events
    assert isinstance(event, returns.ReturnCompletionRequested)
    return outcome.when(refunded(f"{event.refund}", return_id)).after, event


@examples(60)
@with_each(placed_orders(), st.data())
def test_returning_everything_in_any_order_and_split_gives_back_exactly_the_total(
    order: Given[Any], data: st.DataObject
) -> None:
    left = shipped_lines(order)
    total = order.state.content.total
    back, number = Decimal(0), 0
    open_returns: list[str] = []
    while left or open_returns:
        if open_returns and (not left or data.draw(st.booleans())):
            chosen = open_returns.pop(data.draw(st.integers(0, len(open_returns) - 1)))
            order, event = requested(order, chosen)
            back += event.worth.total
            assert back <= total
            continue
        number += 1
        keys = data.draw(st.lists(st.sampled_from(sorted(left)), min_size=1, unique=True))
        lines = [returned(data.draw(st.integers(1, left[key])), key[1], key[0]) for key in keys]
        for each in lines:
            key = (each["shipment_id"], each["line_id"])
            left[key] -= each["quantity"]
            if not left[key]:
                del left[key]
        order = order.when(create(*lines, return_id=f"r-{number}")).after
        order = arrive(order, f"r-{number}", lines)
        open_returns.append(f"r-{number}")
    assert back == total


@examples(60)
@with_each(placed_orders(), st.data())
def test_shipping_refunded_alone_or_by_a_return_gives_back_exactly_the_total(
    order: Given[Any], data: st.DataObject
) -> None:
    state = order.state
    costs, total = costs_of(state.content, state.canceled), state.content.total
    back: dict[str, Decimal] = {}
    goods = Decimal(0)

    def refund_some(order: Given[Any]) -> Given[Any]:
        for which in data.draw(st.lists(st.sampled_from(sorted(costs.shipping)), max_size=3)):
            left = order.state.shipping_left()[which]
            cents = int(left.scaleb(decimals(costs.currency)))
            wanted = data.draw(st.integers(0, cents + 3))
            amount = Decimal(money(costs.currency, wanted))
            command = refund_shipping(amount, f"f-{len(order.past)}", which)
            outcome = order.when(command)
            assert (outcome.reason is None) == (0 < amount <= left)
            if outcome.reason is None:
                (event,) = outcome.events
                assert isinstance(event, orders.ShippingRefundRequested)
                back[which] = back.get(which, Decimal(0)) + event.amount
                order = outcome.after
        return order

    for number, (key, quantity) in enumerate(shipped_lines(order).items()):
        order = refund_some(order)
        lines = [returned(quantity, key[1], key[0])]
        order = arrive(
            order.when(create(*lines, return_id=f"r-{number}")).after, f"r-{number}", lines
        )
        order, event = requested(order, f"r-{number}")
        for which in event.shipments:
            back[which] = back.get(which, Decimal(0)) + event.worth.shipping
        goods += event.worth.goods + event.worth.tax
    order = refund_some(order)
    assert back == {which: cost for which, cost in costs.shipping.items() if which in back}
    assert goods + sum(back.values(), Decimal(0)) == total


@examples(60)
@with_each(placed_orders(), st.data())
def test_exchanging_goods_for_the_same_goods_moves_no_money(
    order: Given[Any], data: st.DataObject
) -> None:
    key, count = data.draw(st.sampled_from(sorted(shipped_lines(order).items())))
    quantity = data.draw(st.integers(1, count))
    sku = next(
        each_line.sku
        for each in order.state.content.shipments
        if each.shipment_id == key[0]
        for each_line in each.lines
        if each_line.line_id == key[1]
    )
    lines = [returned(quantity, key[1], key[0])]
    first = data.draw(st.booleans())
    replaced = [{"sku": sku, "quantity": quantity}]
    order = order.when(exchange(*lines, ship_first=first, replaced=replaced)).after
    sent = [event for event in order.past if isinstance(event, returns.ExchangeRequested)]
    order = arrive(order, "r-1", lines)
    sent = sent or [order.past[-1]]
    (order_cart,) = decider.outgoing(sent[0])
    (placed,) = Given(decider).when(order_cart, cause="waybill/order#1").events
    assert isinstance(placed, orders.Placed)
    assert placed.total == sum((paid.amount for paid in placed.payments), Decimal(0))
    event = order.when(settle("placed")).when(complete()).events[0]
    assert isinstance(event, returns.ReturnCompletionRequested)
    assert event.refund == 0
    assert event.worth.total == event.transferred == placed.total
