"""Payment providers that decline, are slow, silent or answer twice; and a `kill -9`."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.audit import audit
from tests.cluster import Got, command
from tests.e2e.system import System, cart, converted, shipment
from tests.engines import AnyEngines
from tests.processes import until_ready

pytestmark = [pytest.mark.engines, pytest.mark.slow]
LONG = 60.0


def pay(system: System, order: str, reference: str | None, **more: Any) -> str:
    """Requests a payment by card; returns the command's id."""
    data = {
        "order_id": order, "payment_id": "p-9", "method": "credit-card", "transaction_type": "Sale",
        "reference": reference, **more,
    }  # fmt: skip
    return system.post("payment.add", order, data)


def unpaid(system: System, order: str, sku: str) -> None:
    system.place(order, shipment(sku), paid=False)
    system.event(order, "payment.account-opened")


def test_a_provider_is_asked_and_its_yes_is_the_outcome(system, order, sku):
    unpaid(system, order, sku)
    reply = system.reply(pay(system, order, None))
    assert (reply["outcome"], reply["status"]) == ("accepted", "Paid")
    names = system.names(order, "payment.events")
    assert names == ["account-opened", "requested", "recorded", "order-paid"]
    asked, recorded = system.events(order, "payment.events")[1:3]
    assert (asked.data["status"], asked.data["paid"]) == ("Pending", "0.00")
    assert (recorded.data["status"], recorded.data["outstanding"]) == ("Processed", "0.00")
    assert recorded.headers["ce_actor"] == "provider:simulated"
    assert recorded.headers["ce_correlationid"] == asked.headers["ce_correlationid"]


def test_a_no_is_told_in_the_providers_words(system, order, sku):
    unpaid(system, order, sku)
    reply = system.reply(pay(system, order, "simulate:decline"))
    assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", "declined")
    assert reply["reason"]["message"] == "The simulated provider declined."
    failed = system.event(order, "payment.recorded").data
    assert (failed["status"], failed["outstanding"]) == ("Failed", "20.00")


@pytest.mark.parametrize("how", ["late", "twice", "contradict", "time-out"])
def test_however_it_answers_the_payment_is_recorded_once(system, order, sku, how):
    unpaid(system, order, sku)
    reply = system.reply(pay(system, order, f"simulate:{how}"), within=LONG)
    assert (reply["outcome"], reply["status"]) == ("accepted", "Paid")
    system.cluster.until_done("payment")
    assert system.names(order, "payment.events").count("recorded") == 1


def test_what_a_provider_is_asked_first_may_be_answered_last(system, order, sku):
    unpaid(system, order, sku)
    first = pay(system, order, "simulate:out-of-order", amount="5.00")
    system.event(order, "payment.requested")
    second = pay(system, order, None, amount="15.00", payment_id="p-10")
    assert system.reply(second)["outcome"] == system.reply(first)["outcome"] == "accepted"
    recorded = [
        got.data["payment_id"]
        for got in system.events(order, "payment.events")
        if got.type == "waybill.payment.recorded.v1"
    ]
    assert recorded == ["p-10", "p-9"]


def test_a_canceled_orders_money_goes_back_by_the_provider(system, order, sku):
    system.place(order, shipment(sku))
    system.event(order, "payment.order-paid")
    system.do("order.cancel", order)
    system.event(order, "payment.account-closed")
    assert system.names(order, "payment.events")[-4:] == [
        "account-closing", "requested", "refunded", "account-closed",
    ]  # fmt: skip


@pytest.fixture
def alone(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A separate system."""
    with System(engines, tmp_path_factory.mktemp("providers")) as running:
        yield running


def test_a_killed_payment_service_charges_everybody_once(alone: System) -> None:
    ways = [None, "simulate:late", "simulate:time-out", "simulate:twice", "simulate:decline"]
    orders = {f"c-{n:03}": ways[n % len(ways)] for n in range(60)}
    alone.cluster.produce([converted(cart(o, shipment("S-1"), paid=False)) for o in orders])
    opened = "waybill.payment.account-opened.v1"
    alone.until(lambda seen: sum(got.type == opened for got in seen) == len(orders), LONG)
    paid = {order: pay(alone, order, how) for order, how in orders.items()}
    requested = "waybill.payment.requested.v1"
    alone.until(lambda seen: sum(got.type == requested for got in seen) >= 30, LONG)
    alone.of("payment")[0].kill()
    again = alone.cluster.start("payment")
    alone.processes.append(again)
    until_ready(again)

    for order, message_id in paid.items():
        declined = orders[order] == "simulate:decline"
        outcome = alone.reply(message_id, within=2 * LONG)["outcome"]
        assert outcome == ("rejected" if declined else "accepted"), order
    alone.cluster.until_done("payment")
    audit(alone.cluster, "payment", ["payment.events"])
    recorded = Counter(
        (got.data["order_id"], got.data["status"])
        for got in unique(alone.cluster.read("payment.events"))
        if got.type == "waybill.payment.recorded.v1"
    )
    assert recorded == Counter(
        (order, "Failed" if how == "simulate:decline" else "Processed")
        for order, how in orders.items()
    )
    asked = unique(alone.cluster.read("payment.requests"))
    assert len({got.data["request_id"] for got in asked}) == len(asked) == len(orders)


def test_whoever_reads_the_contract_may_answer_and_twice_is_once(system, order, sku):
    unpaid(system, order, sku)
    pay(system, order, "simulate:time-out-9")
    asked = system.cluster.until(
        lambda seen: [got.data for got in seen if got.data["order_id"] == order],
        "payment.requests",
    )[0]
    answer = {"order_id": order, "request_id": asked["request_id"], "outcome": "processed"}
    kind, topic = "waybill.payment.settle.v1", "payment.commands"
    system.cluster.produce([command(f"{order}-{n}", kind, topic, order, answer) for n in range(2)])
    assert system.event(order, "payment.recorded").data["paid"] == "20.00"
    system.cluster.until_done("payment")
    assert system.names(order, "payment.events").count("recorded") == 1


def unique(records: list[Got]) -> list[Got]:
    return list({got.headers["ce_id"]: got for got in records}.values())
