"""Refunds of shipping costs, and the check that no cost is given back twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from services.order.returns.worth import costs_of
from shared.contracts import Message, orders
from tests.simulation.csr_actions import Step

CHARGED = 0.15  # of the orders from checkouts
REFUNDED = 0.7  # of those
TRIED = 0.05  # of the others
COST = "5.00"
REFUNDS = ("ship-1", "ship-2")


def charge_shipping(cart: dict[str, Any]) -> None:
    """Makes the first shipment of a cart cost something; what was paid covers it."""
    cart["shipments"][0]["shipping_cost"] = COST
    for payment in cart["payments"]:
        payment["amount"] = f"{Decimal(payment['amount']) + Decimal(COST):f}"


def refunds(random: Random, *, charged: bool) -> list[Step]:
    """Returns refunds of shipping costs for one order; mostly none if it was `charged` nothing."""
    if random.random() > (REFUNDED if charged else TRIED):
        return []
    return [_refund(random) for _ in range(random.randint(1, 3))]


def _refund(random: Random) -> Step:
    data: dict[str, Any] = {
        "refund_id": random.choice(REFUNDS),
        "shipment_id": random.choice("112"),
    }
    if random.random() < 0.5:
        data["amount"] = f"{random.randint(1, 5)}.00"
    if random.random() < 0.2:
        data["method"] = "telephone"
    return "order.refund-shipping", data


def wrong(
    events: Mapping[str, list[Message]], states: Mapping[str, Any], accounts: Mapping[str, Any]
) -> Iterator[str]:
    """Yields refunds without a result, and more than a shipment's shipping cost given back."""
    for order_id, order in states.items():
        if order is None:
            continue
        told = events[f"order/{order_id}"]
        kinds = Counter(type(event) for event in told)
        results = kinds[orders.ShippingRefunded] + kinds[orders.ShippingRefundRefused]
        if kinds[orders.ShippingRefundRequested] != results:
            yield f"order/{order_id}: not every refund of shipping has a result: {kinds}"
        yield from _given(order_id, told, order)
        account = accounts.get(order_id)
        if account is None or account.canceled:
            continue
        asked = sum(
            (e.amount for e in told if isinstance(e, orders.ShippingRefundRequested)), Decimal(0)
        )
        if account.shipping_returned != asked:
            yield f"payment/{order_id}: {account.shipping_returned} of shipping off, not {asked}"


def _given(order_id: str, told: list[Message], order: Any) -> Iterator[str]:
    costs = costs_of(order.content, order.canceled)
    back: Counter[str] = Counter()
    for event in told:
        if isinstance(event, orders.ShippingRefundRequested):
            back[event.shipment_id] += event.amount  # type: ignore[assignment]
    for each in order.returns.values():
        refunded = each.worth.shipping if each.worth and each.status == "Complete" else Decimal(0)
        if len(each.shipments) == 1:
            back[each.shipments[0]] += refunded
    for shipment_id, amount in back.items():
        if amount > costs.shipping.get(shipment_id, 0):
            yield f"order/{order_id}: {amount} of the shipping of {shipment_id} was given back"
