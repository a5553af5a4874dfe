"""An invented notification, with which templates are tried at the start."""

from typing import Any

_ADDRESS = {
    "name": "Mercy Taylor",
    "line1": "1 Pike Pl",
    "city": "Seattle",
    "postal_code": "98101",
    "country": "US",
}
_LINE = {
    "line_id": "1",
    "sku": "TEA-MUG",
    "name": "Tea mug",
    "quantity": 2,
    "placed_price": "10.00",
    "discount": "1.00",
    "tax": "1.71",
    "total": "20.71",
}
_SHIPMENT = {
    "shipment_id": "1",
    "shipping_method": "standard",
    "shipping_cost": "4.90",
    "shipping_tax": "0.00",
    "address": _ADDRESS,
    "lines": [_LINE],
}
EXAMPLE: dict[str, Any] = {
    "order_id": "c-1001",
    "order_number": "PO1000001",
    "market": "US",
    "language": "en",
    "customer": {"name": "Mercy Taylor", "email": "mercy@shop.example"},
    "currency": "USD",
    "shipments": [_SHIPMENT],
    "order_discount": "2.00",
    "total": "23.61",
    "happened_at": "2026-11-27T20:00:00Z",
    "shipment_id": "1",
    "tracking_number": "1Z999AA10123456784",
    "amount": "23.61",
    "reason": None,
    "return_id": "r-1",
    "goods": [{"sku": "TEA-MUG", "name": "Tea mug", "quantity": 1}],
    "more_expected": True,
}
