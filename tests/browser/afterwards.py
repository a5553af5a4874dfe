"""What comes after the sale, for the views: a held order with a return, and a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, cart, converted
from tests.polling import eventually

RETURN = "r-1"


def returned_order(system: System, order_id: str, sku: str, texts: Mapping[str, str]) -> str:
    """The id of an order: one parcel is shipped and comes back, two holds stop the other."""
    name, city = texts["name"][:200], texts["city"][:200]
    goods = {"sku": sku, "name": texts["item"][:200], "quantity": 3, "placed_price": "10.00"}
    parcel = {
        "shipping_cost": "0.00",
        "shipping_method": "standard",
        "address": {**ADDRESS, "name": name, "city": city},
        "lines": [goods],
    }
    buyer = {"customer_id": None, "name": name, "email": "m@example.com"}
    system.cluster.produce([converted(cart(order_id, parcel, parcel, customer=buyer))])
    system.ship(order_id)
    back = [{"shipment_id": "1", "line_id": "1", "quantity": 2, "reason": "too-small"}]
    system.do("return.create", order_id, return_id=RETURN, lines=back, comment=texts["note"][:1000])
    for which in ("fraud", "address"):
        system.do(
            "order.hold",
            order_id,
            hold_id=f"h-{which}",
            hold_type=which,
            reason=texts["note"][:500],
            owner=name[:100],
        )
    return order_id


def failing_webhook(desk: Desk, texts: Mapping[str, str]) -> tuple[str, str]:
    """The ids of a webhook that can't be reached, and of its test delivery."""
    wanted = {
        "name": texts["name"][:80],
        "url": "https://shop.invalid/waybill",
        "types": ["waybill.cart.deleted.v1"],
    }
    with desk.tool("operator") as tool:
        made = tool.post("/api/webhooks", json=wanted)
        assert made.status_code == 201, made.text
        which = str(made.json()["subscription"]["subscription_id"])
        tool.post(f"/api/webhooks/{which}/test").raise_for_status()

        def deliveries() -> list[dict[str, Any]]:
            return list(tool.get(f"/api/webhooks/{which}/deliveries").json()["deliveries"])

        eventually(deliveries)
        return which, str(deliveries()[0]["delivery_id"])
