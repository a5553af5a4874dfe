"""Orders and drafts for the browser tests."""

from typing import Any

import httpx

from tests.e2e.system import System

MERCY = {"customer": {"name": "Mercy Taylor", "email": "mercy@example.com"}}


def number_of(system: System, order: str) -> str:
    """Returns the number of an order, once it is placed."""
    return str(system.event(order, "order.placed").data["order_number"])


def fill_draft(tool: httpx.Client, cart: str, sku: str = "SKU-1") -> None:
    """Gives a draft the address and the line that an order needs."""
    address = {"name": "Mercy Taylor", "line1": "1 Pike Pl", "city": "Seattle", "country": "US"}
    shipment = {"cart_id": cart, "shipment_id": "1"}
    line = {"line_id": "1", "sku": sku, "name": "Tea mug", "quantity": 1, "placed_price": "5.00"}
    send_cart_command(tool, "set-shipment", **shipment, address=address, shipping_method="standard")
    send_cart_command(tool, "add-line", **shipment, **line)


def send_cart_command(tool: httpx.Client, name: str, /, **fields: Any) -> None:
    """Sends a command about a cart, and checks that it was accepted."""
    answer = tool.post(f"/api/commands/cart.{name}", json=fields, headers={"Prefer": "wait=30"})
    assert answer.status_code == 200, answer.text
