"""Malformed carts of every kind, each with the field that the error has to name."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.cluster import Sent
from tests.e2e.system import cart, converted, shipment

TOPIC = "checkout.cart-converted"
CARD = "4111 1111 1111 1111"
Change = Callable[[dict[str, Any]], object]


def _line(**more: Any) -> Change:
    return lambda data: data["shipments"][0]["lines"][0].update(more)


def _shipment(**more: Any) -> Change:
    return lambda data: data["shipments"][0].update(more)


def _payment(**more: Any) -> Change:
    return lambda data: data["payments"][0].update(more)


def _address(**more: Any) -> Change:
    return lambda data: data["shipments"][0].update(
        address={**data["shipments"][0]["address"], **more}
    )


def _without(name: str) -> Change:
    return lambda data: data.pop(name)


WRONG_DATA: list[tuple[str, Change]] = [
    ("shipments.0.lines.0.quantity", _line(quantity=-1)),
    ("shipments.0.lines.0.quantity", _line(quantity=0)),
    ("shipments.0.lines.0.quantity", _line(quantity="2")),
    ("shipments.0.lines.0.quantity", _line(quantity=1.5)),
    ("shipments.0.lines.0.quantity", _line(quantity=10**30)),
    ("shipments.0.lines.0.placed_price", _line(placed_price=39.5)),
    ("shipments.0.lines.0.placed_price", _line(placed_price="39.505")),
    ("shipments.0.lines.0.placed_price", _line(placed_price="39.5")),
    ("shipments.0.lines.0.placed_price", _line(placed_price="1e3")),
    ("shipments.0.lines.0.placed_price", _line(placed_price="-1.00")),
    ("shipments.0.lines.0.placed_price", _line(placed_price="٣.٠٠")),
    ("shipments.0.lines.0.sku", _line(sku="no spaces")),
    ("shipments.0.lines.0.name", _line(name="")),
    ("shipments.0.lines.0.preorder", _line(preorder="yes")),
    ("shipments.0.lines", _shipment(lines=[])),
    ("shipments.0.shipping_cost", _shipment(shipping_cost=None)),
    ("shipments.0.address.country", _address(country="XX")),
    ("shipments.0.address.name", _address(name=None)),
    ("shipments.0.shipment_id", _shipment(shipment_id="x" * 65)),
    ("shipments", lambda data: data.update(shipments=[])),
    ("shipments", lambda data: data.update(shipments={})),
    ("shipments.1.shipment_id", lambda data: data["shipments"].append(
        {**copy.deepcopy(data["shipments"][0]), "shipment_id": "1"})),
    ("payments.0.amount", _payment(amount="-5.00")),
    ("payments.0.amount", _payment(amount=78.11)),
    ("payments.0.reference", _payment(reference=CARD)),
    ("payments.0.status", _payment(status="Perhaps")),
    ("market", lambda data: data.update(market="MARS")),
    ("market", _without("market")),
    ("currency", lambda data: data.update(currency="XXQ")),
    ("currency", lambda data: data.update(currency="EUR")),
    ("converted_at", lambda data: data.update(converted_at="2026-11-22T20:00:00")),
    ("converted_at", lambda data: data.update(converted_at=1764000000)),
    ("cart_id", _without("cart_id")),
    ("cart_id", lambda data: data.update(cart_id=["c"])),
    ("order_discount", lambda data: data.update(order_discount="5")),
]  # fmt: skip


def _headers(sent: Sent, **changed: bytes | None) -> Sent:
    """Returns a record with other headers; None removes one."""
    named = {f"ce_{name}": value for name, value in changed.items()}
    kept = [(name, value) for name, value in sent.headers if name not in named]
    kept += [(name, value) for name, value in named.items() if value is not None]
    return Sent(sent.topic, sent.key, sent.value, tuple(kept))


def _value(sent: Sent, value: bytes | None, key: bytes | None = b"") -> Sent:
    return Sent(sent.topic, sent.key if key == b"" else key, value, sent.headers)


def _structured(sent: Sent, value: bytes) -> Sent:
    mode = (("content-type", b"application/cloudevents+json"),)
    return Sent(sent.topic, sent.key, value, mode)


def _wrong_records(good: Sent, chance: random.Random) -> Iterator[tuple[str, Sent]]:
    """Yields records that are malformed outside their fields, each with the wrong part."""
    value = good.value or b""
    deep = b'{"specversion":"1.0","id":"i","source":"s","type":"waybill.cart.converted.v1","data":'
    yield "value", _value(good, value[: len(value) // 2])
    yield "value", _value(good, chance.randbytes(chance.randrange(1, 400)))
    yield "value", _value(good, b"")
    yield "value", _value(good, None)
    yield "value", _value(good, b"[" + value + b"]")
    yield "value", _value(good, b'"' + b"\xff\xfe" + b'"')
    yield "value", _value(good, b"[" * 5000)
    yield "key", _value(good, value, b"someone-else")
    yield "key", _value(good, value, b"\xff\x00")
    yield "ce_specversion", Sent(good.topic, good.key, value, ())
    yield "ce_specversion", Sent(good.topic, None, chance.randbytes(50), ())
    yield "ce_specversion", _headers(good, specversion=b"0.3")
    yield "ce_id", _headers(good, id=None)
    yield "ce_source", _headers(good, source=b"")
    yield "ce_type", _headers(good, type=b"waybill.cart.converted.v9")
    yield "ce_type", _headers(good, type=None)
    yield "ce_time", _headers(good, time=b"yesterday")
    yield "ce_actor", _headers(good, actor=b"\xff\xfe")
    yield "ce_id", _headers(good, id=b"two\nlines")
    yield "ce_replyto", _headers(good, replyto=b"order.dead-letters")
    yield "ce_expectedversion", _headers(good, expectedversion=b"soon")
    yield "value", _structured(good, b"{")
    yield "data", _structured(good, deep[:-8] + b"}")
    yield "data", _structured(good, deep + b"[" * 400 + b"]" * 400 + b"}")
    yield "cart_id", _structured(good, deep + b"{}}")
    yield "ce_id", _structured(good, b'{"specversion":"1.0","data":{}}')


def _huge_records(good: Sent) -> Iterator[tuple[str, Sent]]:
    """Yields malformed records that are too large to send often."""
    yield "value", _value(good, b" " * 2_000_000)
    yield "value", _value(good, b"\x00" * 3_900_000)
    yield "value", _structured(good, b"[" + b"1," * 1_000_000 + b"1]")
    yield "key", _value(good, good.value, b"\xfe" * 1_500_000)
    yield "ce_actor", _headers(good, actor=b"x" * 1_500_000)
    yield "ce_id", _headers(good, id=b"x" * 1_500_000, replyto=b"waybill.replies")


def malformed(number: int) -> list[tuple[str, Sent]]:
    """Returns so many malformed records of all kinds, each with its wrong field."""
    chance = random.Random(20261122)
    found: list[tuple[str, Sent]] = list(_huge_records(_good("huge")))
    while len(found) < number:
        name = f"bad-{len(found)}"
        for field, change in WRONG_DATA:
            data = cart(name, shipment("S-BAD"))
            change(data)
            good = _good(name)
            found.append((field, _value(good, json.dumps(data).encode())))
        found += _wrong_records(_good(name), chance)
    return found[:number]


def _good(name: str) -> Sent:
    return converted(cart(name, shipment("S-BAD")))
