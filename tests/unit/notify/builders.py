"""An order's facts with only what a specification is about spelled out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from services.notify.decider import decider
from shared.contracts import orders, payments, returns, shipments
from shared.contracts.address import Address
from shared.contracts.orders import EditedShipment
from tests.unit.given import NOW, Given, Outcome

ORDER = "c-1"
MERCY = {"customer_id": "cu-7", "name": "Mercy Taylor", "email": "mercy@example.com"}
SEATTLE = {
    "name": "Mercy Taylor",
    "line1": "1 Pike Pl",
    "city": "Seattle",
    "postal_code": "98101",
    "country": "US",
}
ELM = Address.model_validate({**SEATTLE, "line1": "2 Elm St"})


def shipment(shipment_id: str = "1", quantity: int = 2, **more: Any) -> dict[str, Any]:
    line = {
        "line_id": "1",
        "sku": "TEA-MUG",
        "name": "Tea mug",
        "quantity": quantity,
        "placed_price": "10.00",
        "discount": "1.00",
        "tax": "1.71",
        **more,
    }
    return {
        "shipment_id": shipment_id,
        "shipping_method": "standard",
        "shipping_cost": "4.90",
        "shipping_tax": "0.00",
        "address": SEATTLE,
        "lines": [line],
    }


def placed(
    *parts: dict[str, Any],
    customer: dict[str, Any] | None = MERCY,
    market: str = "US",
    converted_at: Any = NOW,
) -> orders.Placed:
    return orders.Placed.model_validate_json(
        _json(
            order_id=ORDER,
            order_number="PO1000001",
            market=market,
            currency="USD",
            customer=customer,
            coupons=[],
            order_discount="0.00",
            shipments=list(parts) or [shipment()],
            payments=[],
            total="25.61",
            converted_at=converted_at.isoformat(),
        )
    )


def changed(*parts: dict[str, Any], total: str = "35.00") -> orders.LinesChanged:
    return orders.LinesChanged(
        order_id=ORDER,
        order_number="PO1000001",
        request="csr#1",
        currency="USD",
        shipments=tuple(EditedShipment.model_validate_json(_json(**part)) for part in parts),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal(total),
        summary="Edited.",
    )


def readdressed(method: str = "standard") -> orders.ShipmentEdited:
    return orders.ShipmentEdited(
        order_id=ORDER, shipment_id="1", address=ELM, shipping_method=method
    )


def shipped(shipment_id: str = "1", tracking: str | None = "1Z-99") -> shipments.Shipped:
    return shipments.Shipped(
        order_id=ORDER,
        shipment_id=shipment_id,
        status="Shipped",
        warehouse="seattle",
        tracking_number=tracking,
        lines=(),
        shipped_at=NOW,
    )


def short(shipment_id: str = "1") -> shipments.Backordered:
    return shipments.Backordered(
        order_id=ORDER,
        shipment_id=shipment_id,
        status="AwaitingInventory",
        warehouse="seattle",
        short=(),
    )


def canceled(reason: str | None = "Changed my mind") -> orders.Canceled:
    return orders.Canceled(order_id=ORDER, order_number="PO1000001", market="US", reason=reason)


def refunded(amount: str = "5.00") -> payments.Refunded:
    zero = Decimal("0.00")
    return payments.Refunded(
        order_id=ORDER,
        payment_id="p-1",
        amount=Decimal(amount),
        currency="USD",
        paid=zero,
        outstanding=zero,
    )


def received(
    *pieces: tuple[str, int], status: returns.ReturnStatus = "AwaitingCompletion"
) -> returns.ReturnReceived:
    """Pieces of line 1 of shipment 1 that arrived, or didn't: what became of them, how many."""
    lines = [
        {"shipment_id": "1", "line_id": "1", "quantity": quantity, "arrival": arrival}
        | ({"disposition": "restock"} if arrival == "received" else {})
        for arrival, quantity in pieces or (("received", 1),)
    ]
    return returns.ReturnReceived.model_validate_json(
        _json(
            order_id=ORDER,
            return_id="r-1",
            order_number="PO1000001",
            warehouse="seattle",
            lines=lines,
            goods=[],
            status=status,
            received_at=NOW.isoformat(),
        )
    )


def deleted() -> orders.Deleted:
    return orders.Deleted(order_id=ORDER, order_number="PO1000001", by="csr:17", at=NOW)


def after(*facts: Any) -> Given[Any]:
    """What is noted after these facts."""
    given: Given[Any] = Given(decider)
    for fact in facts:
        given = given.when(fact).after
    return given


def told(outcome: Outcome[Any]) -> list[str]:
    """The kinds of notifications that are published."""
    return [message.type.split(".")[2] for message in outcome.outgoing]


def _json(**content: Any) -> bytes:
    return orjson.dumps(content)
