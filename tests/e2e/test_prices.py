"""Effects of edits on prices, with the amounts that were once wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.system import ADDRESS, System, cart, converted, shipment
from tests.e2e.test_editing import total_of

pytestmark = pytest.mark.engines


def place(system: System, order: str, *shipments: dict[str, Any], **more: Any) -> None:
    """Places an order that isn't paid yet."""
    system.cluster.produce([converted(cart(order, *shipments, paid=False, **more))])
    system.event(order, "payment.account-opened")


def priced(sku: str, price: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """Returns a shipment of one line at this price."""
    made = shipment(sku, quantity, **more)
    made["lines"][0]["placed_price"] = price
    return made


def rule(code: str, **of: Any) -> dict[str, Any]:
    return {"tax_rate": "0", "discounts": [{"code": code, **of}]}


def edit(system: System, order: str, what: str, total: str, /, **data: Any) -> None:
    """Makes an edit that is accepted; then the order costs `total`."""
    system.do(f"order.{what}", order, **data)
    costs(system, order, total)
    system.until(lambda _: owed(system, order) == total)


def owed(system: System, order: str) -> str | None:
    """Returns the outstanding amount in the latest payment event."""
    events = [got.data for got in system.events(order, "payment.events")]
    return next((data["outstanding"] for data in reversed(events) if "outstanding" in data), None)


def costs(system: System, order: str, total: str) -> None:
    """Waits until the order and its shipments know this total."""
    system.until(lambda _: total_of(system, order) == total)
    system.until(lambda _: noted(system, order) == total)


def noted(system: System, order: str) -> str | None:
    """Returns the total that the shipments know."""
    totals = [
        got.data["total"]
        for got in system.events(order, "shipment.events")
        if got.headers["ce_type"] == "waybill.shipment.total-noted.v1"
    ]
    return totals[-1] if totals else None


def test_an_order_discount_beyond_the_goods_comes_back_with_the_quantity(
    system: System, order: str, sku: str
) -> None:
    place(system, order, priced(sku, "10.00", shipping_cost="5.00"), order_discount="12.00")
    about = {"shipment_id": "1", "line_id": "1"}
    edit(system, order, "change-line", "13.00", **about, quantity=2)
    edit(system, order, "change-line", "3.00", **about, quantity=1)


def test_an_amount_off_a_line_is_taken_once_however_many_pieces(
    system: System, order: str, sku: str
) -> None:
    mugs = rule("MUGS", kind="amount", amount="2.00", scope="line", skus=[sku])
    bought = priced(sku, "9.00")
    bought["lines"][0]["discount"] = "2.00"
    place(system, order, bought, coupons=["MUGS"], pricing=mugs)
    edit(system, order, "change-line", "25.00", shipment_id="1", line_id="1", quantity=3)


def test_a_share_of_the_order_is_a_share_of_what_is_left_of_it(
    system: System, order: str, sku: str
) -> None:
    both = [priced(sku, "1000.00"), priced(f"{sku}-b", "1000.00")]
    fifteen = rule("FIFTEEN", kind="percentage", percent="15", scope="order")
    place(system, order, *both, order_discount="300.00", coupons=["FIFTEEN"], pricing=fifteen)
    system.do("shipment.cancel", order, "2")
    costs(system, order, "850.00")


def test_a_line_that_was_split_moves_back_and_its_shipment_is_gone(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 3)
    bought = priced(sku, "10.00", 3)
    bought["lines"][0] |= {"discount": "1.00", "tax": "1.00"}
    place(system, order, bought)
    there = {"address": ADDRESS, "shipping_method": "express"}
    about = {"shipment_id": "1", "line_id": "1", "to_shipment_id": "2"}
    edit(system, order, "move-line", "44.90", **about, quantity=1, **there)
    back = {"shipment_id": "2", "line_id": "1", "to_shipment_id": "1"}
    edit(system, order, "move-line", "30.00", **back)
    assert system.ask("shipment.cancel", order, "2")["reason"]["code"] == "unknown-shipment"

    system.do(
        "payment.add", order,
        payment_id="p-2", method="telephone", transaction_type="Sale", reference="call 7",
    )  # fmt: skip
    system.ship(order, "1")
    system.event(order, "order.completed")
    system.until(lambda _: system.level(sku) == {"on_hand": 0, "allocated": 0, "backordered": 0})


def test_a_manual_discount_stands_beside_the_checkouts(
    system: System, order: str, sku: str
) -> None:
    bought = priced(sku, "79.00")
    bought["lines"][0]["discount"] = "7.90"
    place(system, order, bought, coupons=["SPRING10"])
    about = {"shipment_id": "1", "line_id": "1"}
    edit(system, order, "set-discount", "66.10", **about, amount="5.00")
    edit(system, order, "set-discount", "71.10", **about, amount="0.00")


def test_another_method_costs_the_markets_price_or_what_is_entered(
    system: System, order: str, sku: str
) -> None:
    place(system, order, priced(sku, "10.00", shipping_cost="5.00"))
    system.do("shipment.edit", order, "1", shipping_method="express")
    costs(system, order, "24.90")
    system.do("shipment.edit", order, "1", shipping_method="express", shipping_cost="7.00")
    costs(system, order, "17.00")
    system.do("shipment.edit", order, "1", shipping_method="standard")
    costs(system, order, "15.00")
