"""Place an order from a converted cart."""

from decimal import Decimal

import pytest

from services.order.decider import decider
from shared.contracts import orders
from shared.contracts.carts import SettleConvert
from shared.contracts.orders import DraftRefused
from tests.unit.given import Given
from tests.unit.order.builders import NUMBER, ORDER, an_order, cart, line, shipment

EMPTY = Given(decider)


def placed_from(**more):
    (placed,) = EMPTY.when(cart(**more)).events
    assert isinstance(placed, orders.Placed)
    return placed


def test_a_cart_becomes_an_order_with_the_carts_id_and_the_next_number():
    outcome = EMPTY.when(cart())
    (placed,) = outcome.events
    assert (placed.order_id, placed.order_number) == (ORDER, NUMBER)
    assert outcome.status == "InProgress"
    assert not outcome.decision.deferred


def test_before_its_cart_converts_there_is_no_order():
    assert EMPTY.status is None


def test_what_the_customer_agreed_to_is_kept_as_it_was():
    given = cart(
        customer={"customer_id": "cu-7", "name": "Mercy Taylor"},
        coupons=["SPRING10"],
        payments=[
            {
                "payment_id": "p-1",
                "method": "credit-card",
                "transaction_type": "Authorization",
                "amount": "10.00",
                "status": "Processed",
            }
        ],
    )
    (placed,) = EMPTY.when(given).events
    assert placed.customer == given.customer
    assert placed.coupons == given.coupons
    assert placed.payments == given.payments
    assert placed.converted_at == given.converted_at


def test_positions_stand_in_for_ids_that_are_left_out():
    content = [shipment(line(), line(line_id="mine"), line()), shipment(shipment_id="mine")]
    placed = placed_from(shipments=content)
    assert [s.shipment_id for s in placed.shipments] == ["1", "mine"]
    assert [one.line_id for one in placed.shipments[0].lines] == ["1", "mine", "3"]


def test_discounts_and_taxes_that_are_left_out_are_nothing_in_the_currencys_decimals():
    content = [shipment(line(price="1999"), shipping_cost="600")]
    placed = placed_from(market="JP", currency="JPY", shipments=content)
    one = placed.shipments[0]
    left_out = [placed.order_discount, one.shipping_tax, one.lines[0].discount, one.lines[0].tax]
    assert [str(amount) for amount in left_out] == ["0"] * 4
    assert str(placed.total) == "2599"


def test_the_total_is_that_of_the_contracts_example():
    dress = line(quantity=2, price="39.50", discount="7.90", tax="7.11")
    placed = placed_from(
        order_discount="5.00",
        shipments=[shipment(dress, shipping_cost="4.90", shipping_tax="0.00")],
    )
    assert placed.total == Decimal("78.11")


def test_methods_that_the_site_does_not_know_are_taken_as_they_are():
    paid = {
        "payment_id": "p-1",
        "method": "shells",
        "transaction_type": "Sale",
        "amount": "10.00",
        "status": "Processed",
    }
    placed = placed_from(shipments=[shipment(shipping_method="pigeon")], payments=[paid])
    assert placed.shipments[0].shipping_method == "pigeon"
    assert placed.payments[0].method == "shells"


def test_an_unknown_market_is_named():
    EMPTY.when(cart(market="XX")).malformed("market")


def test_a_currency_that_is_not_the_markets_is_named():
    EMPTY.when(cart(currency="EUR")).malformed("currency")


def test_more_money_than_can_be_written_is_refused():
    most = line(price="9" * 15 + ".99")
    assert placed_from(shipments=[shipment(most)]).total == Decimal("9" * 15 + ".99")
    EMPTY.when(cart(shipment(most), shipment(line(price="0.01")))).malformed("shipments")


@pytest.mark.parametrize("count", [1, 2])
def test_more_money_than_the_balance_can_be_written_with_is_refused(count):
    paid = {"method": "credit-card", "transaction_type": "Sale", "status": "Processed"}
    payments = [{**paid, "payment_id": f"p-{n}", "amount": "5.00"} for n in range(count)]
    most = shipment(line(price=f"{10**15 - 6}.00"))
    outcome = EMPTY.when(cart(most, payments=payments))
    if count == 1:
        assert outcome.events
    else:
        outcome.malformed("payments")


@pytest.mark.parametrize("market", ["US", "XX"])
def test_a_cart_becomes_an_order_at_most_once(market):
    an_order().when(cart(market=market), cause="checkout#2").then()


# Drafts of the cart service

OURS = "waybill/cart#m"


def test_another_checkouts_cart_is_no_draft_whatever_it_says():
    Given(decider).when(cart(draft=True)).publishes()
    other = cart(shipment(quantity=7), draft=True)
    assert an_order().when(other).publishes().events == []


def test_the_cart_service_hears_that_its_draft_was_placed():
    outcome = Given(decider).when(cart(draft=True), cause=OURS)
    (placed,) = outcome.decision.events
    outcome.publishes(SettleConvert(cart_id=ORDER, order_number=placed.order_number, refusal=None))
    Given(decider).when(cart()).publishes()


def test_a_draft_with_an_orders_id_is_refused_and_the_cart_service_hears_why():
    outcome = an_order().when(cart(draft=True), cause=OURS)
    (refused,) = outcome.decision.events
    assert isinstance(refused, DraftRefused)
    assert refused.reason.code == "id-reused"
    outcome.publishes(SettleConvert(cart_id=ORDER, order_number=None, refusal=refused.reason))
    assert outcome.after.state == an_order().state
    assert outcome.aside == [refused], "an expected version from before it still holds"
