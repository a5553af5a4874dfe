"""Builders of records in both modes of CloudEvents, and short ways to decode them."""

import json
from typing import Any

import pytest

from shared.runtime.envelope import Incoming
from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord

CHECKOUT = "checkout.cart-converted"
COMMANDS = "order.commands"
FACTS = "order.events"
HOLD = {"order_id": "c-1", "reason": "ask first"}
CART: dict[str, Any] = {
    "cart_id": "c-1",
    "market": "US",
    "currency": "USD",
    "converted_at": "2026-11-22T20:00:00Z",
    "shipments": [
        {
            "shipping_method": "standard",
            "shipping_cost": "4.90",
            "address": {"name": "A", "line1": "B", "city": "C", "country": "US"},
            "lines": [{"sku": "S", "name": "N", "quantity": 2, "placed_price": "39.50"}],
        }
    ],
}


def attributes(**more: str) -> dict[str, str]:
    """The required attributes of a command, and more."""
    return {
        "specversion": "1.0",
        "id": "m-1",
        "source": "test",
        "type": "waybill.order.hold.v1",
        **more,
    }


def binary(
    data: Any = HOLD, topic: str = COMMANDS, key: bytes | None = b"c-1", **more: str
) -> MemoryRecord:
    """A record in binary mode."""
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes(**more).items()]
    value = data if isinstance(data, bytes) or data is None else json.dumps(data).encode()
    return MemoryRecord(topic, 0, 0, key, value, [("content-type", b"application/json"), *headers])


def structured(event: Any = None, topic: str = COMMANDS, **more: Any) -> MemoryRecord:
    """A record in structured mode."""
    event = {**attributes(), "data": HOLD, **more} if event is None else event
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    mode = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    return MemoryRecord(topic, 0, 0, b"c-1", value, mode)


def decoded(record: MemoryRecord, prefix: str = "") -> Incoming:
    """Decodes a record, which must not be skipped."""
    incoming = decode(record, prefix)
    assert incoming is not None
    return incoming


def refused(record: MemoryRecord, prefix: str = "") -> Undecodable:
    """The error of a record that can\'t be decoded."""
    with pytest.raises(Undecodable) as caught:
        decode(record, prefix)
    return caught.value
