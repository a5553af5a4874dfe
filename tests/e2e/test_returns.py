"""Goods come back, and the customer gets money or other goods for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


def line(quantity: int, **more: Any) -> dict[str, Any]:
    return {"shipment_id": "1", "line_id": "1", "quantity": quantity, **more}


def shipped(system: System, order: str, sku: str, pieces: int) -> None:
    """Places and ships an order at 10.00 apiece, paid by credit card."""
    system.receive(sku, pieces + 2)
    system.place(order, shipment(sku, pieces))
    system.ship(order)
    system.event(order, "order.completed")


def receive(system: System, order: str, return_id: str, quantity: int, **how: Any) -> None:
    how = how or {"condition": "as-new", "disposition": "restock"}
    system.do("return.receive", order, return_id=return_id, lines=[line(quantity, **how)])


def paid(system: System, order: str) -> tuple[str, str]:
    """What is paid and outstanding, as the payment service tells it."""
    owed = system.ask("payment.explain", order)["owed"]
    return owed["paid"], owed["outstanding"]


def test_goods_that_come_back_in_two_parts_are_refunded_once_all_is_accounted_for(
    system: System, order: str, sku: str
) -> None:
    shipped(system, order, sku, 3)
    asked = [line(3, reason="too-small")]
    system.do("return.create", order, return_id="r-1", lines=asked)
    expected = system.cluster.read("warehouse.returns")
    mine = [got for got in expected if got.key == order.encode()]
    assert [got.type for got in mine] == ["waybill.return.expected.v1"]

    receive(system, order, "r-1", 1)
    early = system.ask("return.complete", order, return_id="r-1")
    assert early["reason"]["code"] == "goods-expected"
    receive(system, order, "r-1", 1, condition="damaged", disposition="quarantine")
    receive(system, order, "r-1", 1, arrival="lost")
    system.until(lambda _: system.level(sku)["on_hand"] == 3)

    system.do("return.complete", order, return_id="r-1")

    completed = system.event(order, "return.completed").data
    assert (completed["worth"]["total"], completed["refunded"]) == ("20.00", "20.00")
    assert paid(system, order) == ("10.00", "0.00")


def test_an_exchange_for_the_same_goods_ships_them_and_moves_no_money(
    system: System, order: str, sku: str
) -> None:
    shipped(system, order, sku, 2)
    other = f"x-{order}"
    system.do(
        "exchange.create", order,
        return_id="r-1",
        lines=[line(1, reason="too-large")],
        replacement={"exchange_order_id": other, "lines": [{"sku": sku, "quantity": 1}]},
    )  # fmt: skip
    assert system.ask("order.explain", order)["status"] == "AwaitingExchange"

    receive(system, order, "r-1", 1)
    placed = system.event(other, "order.placed").data
    assert placed["exchange_of"] == {"order_id": order, "return_id": "r-1"}
    system.event(order, "exchange.ordered")
    system.do("return.complete", order, return_id="r-1")
    assert system.event(order, "return.completed").data["refunded"] == "0.00"
    system.ship(other)

    assert system.event(order, "exchange.settled").data["status"] == "Completed"
    assert system.ask("order.explain", order)["status"] == "Completed"
    assert paid(system, order) == ("10.00", "0.00")
    assert paid(system, other) == ("10.00", "0.00")
    requested = [got for got in system.events(order, "payment.events") if "requested" in got.type]
    assert requested == [], "no provider was asked"


def test_a_canceled_exchange_order_gives_the_worth_back_to_the_return(
    system: System, order: str, sku: str
) -> None:
    shipped(system, order, sku, 1)
    other = f"x-{order}"
    system.do(
        "exchange.create", order,
        return_id="r-1",
        lines=[line(1, reason="other")],
        replacement={"exchange_order_id": other, "lines": [{"sku": sku, "quantity": 1}]},
    )  # fmt: skip
    receive(system, order, "r-1", 1)
    system.event(order, "exchange.ordered")

    system.do("order.cancel", other)
    assert system.event(order, "exchange.settled").data["status"] == "Canceled"
    system.do("return.complete", order, return_id="r-1")

    assert system.event(order, "return.completed").data["refunded"] == "10.00"
    assert paid(system, order) == ("0.00", "0.00")
