"""The order that a return is exchanged for."""

from __future__ import annotations

from typing import Any

from services.order.decider import decider
from shared.contracts import orders, returns
from shared.contracts.checkout import CartConverted, ExchangeOf
from tests.unit.given import Given, Outcome
from tests.unit.order.builders import (
    DELETE,
    RELEASE_HOLD,
    an_order,
    cart,
    hold,
    line,
    order_of,
    shipment,
    shipment_canceled,
    shipments_deleted,
    shipments_held,
    shipments_lifted,
    shipped,
)
from tests.unit.order.return_builders import (
    DECLINED,
    complete,
    exchange,
    exchanged,
    receive,
    refunded,
    returned,
    settle,
    shipped_order,
)

OF = ExchangeOf(order_id="c-1", return_id="r-1")


def its_cart(given: Given[Any]) -> CartConverted:
    """The exchange order as it is sent."""
    (sent,) = decider.outgoing(given.past[-1])
    assert isinstance(sent, CartConverted)
    return sent


def placed(given: Given[Any]) -> Outcome[Any]:
    """The exchange order, placed."""
    return Given(decider).when(its_cart(given), cause="waybill/order#9")


def test_goods_that_are_back_pay_for_the_exchange_order() -> None:
    given = exchanged()
    sent = its_cart(given)
    assert (sent.cart_id, sent.exchange_of) == ("x-1", OF)
    (paid,) = sent.payments
    assert (paid.method, f"{paid.amount}", paid.reference) == ("exchange", "10.00", "r-1")
    assert given.status == "AwaitingExchange"


def test_the_exchange_order_goes_where_the_goods_went_and_shipping_is_free() -> None:
    (parcel,) = its_cart(exchanged()).shipments
    assert (parcel.shipping_method, f"{parcel.shipping_cost}") == ("standard", "0.00")
    assert parcel.address.city == "Seattle"


def test_the_same_goods_cost_the_same_discounts_and_tax_included() -> None:
    parcel = shipment(line("SKU-1", 3, "9.99", discount="1.00", tax="2.60"))
    given = shipped_order(parcel, order_discount="5.00")
    given = given.when(exchange(returned(2), replaced=[{"sku": "SKU-1", "quantity": 2}])).after
    given = given.when(receive(2)).after
    (event,) = placed(given).events
    assert isinstance(event, orders.Placed)
    assert [event.total] == [payment.amount for payment in event.payments]
    (requested,) = given.when(settle("placed")).when(complete()).events
    assert f"{requested.refund}" == "0.00"  # type: ignore[attr-defined]


def test_a_dearer_replacement_is_paid_in_part_and_a_cheaper_one_leaves_a_refund() -> None:
    for price, transferred, refund in (("15.00", "10.00", "0.00"), ("4.00", "4.36", "5.64")):
        other = [{"sku": "SKU-9", "name": "Scarf", "quantity": 1, "placed_price": price}]
        given = shipped_order().when(exchange(replaced=other)).when(receive()).after
        (paid,) = its_cart(given).payments
        assert f"{paid.amount}" == transferred
        (requested,) = given.when(settle("placed")).when(complete()).events
        assert isinstance(requested, returns.ReturnCompletionRequested)
        assert (f"{requested.transferred}", f"{requested.refund}") == (transferred, refund)


def test_no_exchange_order_is_placed_if_nothing_arrived() -> None:
    outcome = shipped_order().when(exchange()).when(receive(1, "lost"))
    assert [type(event) for event in outcome.events] == [returns.ReturnReceived]
    assert outcome.status == "Completed"


def test_the_order_waits_until_its_exchange_order_is_completed_or_canceled() -> None:
    given = exchanged().when(settle("placed"))
    (ordered,) = given.events
    assert isinstance(ordered, returns.ExchangeOrdered)
    assert given.status == "AwaitingExchange"
    assert given.when(settle("completed")).status == "Completed"
    assert given.when(settle("canceled")).status == "Completed"


def test_a_canceled_exchange_order_is_refunded_at_completion() -> None:
    given = exchanged().when(settle("placed")).when(settle("canceled")).after
    (requested,) = given.when(complete()).events
    assert isinstance(requested, returns.ReturnCompletionRequested)
    assert (f"{requested.transferred}", f"{requested.refund}") == ("0.00", "10.00")


def test_a_refused_exchange_order_is_refunded_at_completion() -> None:
    outcome = exchanged().when(settle("refused", None, DECLINED))
    (refused,) = outcome.events
    assert isinstance(refused, returns.ExchangeRefused)
    assert f"{refused.transferred}" == "10.00"
    assert outcome.status == "Completed"
    (requested,) = outcome.when(complete()).events
    assert f"{requested.refund}" == "10.00"  # type: ignore[attr-defined]


def test_the_return_isnt_completed_while_the_exchange_order_is_being_placed() -> None:
    exchanged().when(complete()).rejected("exchange-pending")


def test_answers_that_come_twice_or_late_change_nothing() -> None:
    given = exchanged().when(settle("placed"))
    given.when(settle("placed")).then()
    given.when(settle("refused", None, DECLINED)).then()
    done = given.when(settle("completed"))
    done.when(settle("canceled")).then()
    done.when(settle("placed")).then()


def test_an_answer_that_overtakes_another_counts_for_both() -> None:
    outcome = exchanged().when(settle("completed"))
    kinds = [type(event) for event in outcome.events]
    assert kinds == [returns.ExchangeOrdered, returns.ExchangeSettled]
    outcome.when(settle("placed")).then()


def test_goods_of_an_exchange_that_shipped_first_are_rejected() -> None:
    given = shipped_order().when(exchange(ship_first=True)).when(settle("placed"))
    given = given.when(receive(1, "lost")).after
    (requested,) = given.when(complete()).events
    assert isinstance(requested, returns.ReturnCompletionRequested)
    assert (f"{requested.worth.total}", f"{requested.transferred}") == ("0.00", "10.00")
    assert f"{requested.refund}" == "0.00"


def test_a_complete_return_still_waits_for_its_exchange_order() -> None:
    given = exchanged().when(settle("placed")).when(complete()).when(refunded("0.00")).after
    assert given.status == "AwaitingExchange"
    given.when(DELETE).rejected("exchange-open")
    assert given.when(settle("completed")).when(DELETE).events


def test_a_hold_is_shown_before_an_exchange_and_blocks_none() -> None:
    given = an_order(of=2).when(shipped("1")).when(exchange()).after
    assert given.status == "AwaitingExchange"
    held = given.when(hold(), cause="csr#1").when(shipments_held()).after
    assert held.status == "OnHold"
    lifted = held.when(RELEASE_HOLD, cause="csr#2").when(shipments_lifted()).after
    assert lifted.status == "AwaitingExchange"
    assert lifted.when(receive()).when(settle("refused", None, DECLINED)).status == (
        "PartiallyShipped"
    )


# The exchange order itself


def test_the_exchange_order_tells_the_order_of_the_return_how_it_goes() -> None:
    order = placed(exchanged())
    assert [told.outcome for told in order.outgoing] == ["placed"]  # type: ignore[attr-defined]
    done = order.when(shipped(order_id="x-1"))
    assert [told.outcome for told in done.outgoing] == ["completed"]  # type: ignore[attr-defined]
    gone = order.when(shipment_canceled(order_id="x-1"))
    assert [told.outcome for told in gone.outgoing] == ["canceled"]  # type: ignore[attr-defined]


def test_a_deleted_exchange_order_counts_as_canceled() -> None:
    order = placed(exchanged()).after
    gone = order.when(orders.Delete(order_id="x-1")).when(shipments_deleted(order_id="x-1"))
    assert [told.outcome for told in gone.outgoing] == ["canceled"]  # type: ignore[attr-defined]


def test_an_exchange_order_whose_id_is_in_use_is_refused() -> None:
    other = order_of(shipment(), cart_id="x-1")
    outcome = other.when(its_cart(exchanged()), cause="waybill/order#9")
    (told,) = outcome.outgoing
    assert isinstance(told, returns.SettleExchange)
    assert (told.order_id, told.outcome) == ("c-1", "refused")


def test_an_exchange_order_whose_id_a_deleted_order_had_is_refused() -> None:
    other = order_of(shipment(), cart_id="x-1").when(orders.Delete(order_id="x-1"))
    gone = other.when(shipments_deleted(order_id="x-1")).after
    (told,) = gone.when(its_cart(exchanged()), cause="waybill/order#9").outgoing
    assert isinstance(told, returns.SettleExchange)
    assert told.outcome == "refused"


def test_an_exchange_order_is_placed_once() -> None:
    sent = its_cart(exchanged())
    order = placed(exchanged())
    assert order.when(sent, cause="waybill/order#9").decision.events == []


def test_a_foreign_cart_cant_claim_to_be_an_exchange() -> None:
    sent = its_cart(exchanged())
    Given(decider).when(sent, cause="checkout#1").malformed("exchange_of")


def test_a_foreign_cart_cant_pay_with_the_worth_of_a_return() -> None:
    paid = {
        "payment_id": "p-1",
        "method": "exchange",
        "transaction_type": "Sale",
        "amount": "10.00",
        "status": "Processed",
    }
    outcome = Given(decider).when(cart(payments=[paid]), cause="checkout#1")
    outcome.malformed("payments.0.method")
