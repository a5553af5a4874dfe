"""Every input from outside has a limit, and an error names the limit."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts import Message
from shared.contracts.catalog import Variant
from shared.contracts.checkout import (
    MAX_COUPONS,
    MAX_LINES,
    MAX_PAYMENTS,
    MAX_SHIPMENTS,
    CartConverted,
)
from shared.contracts.commands import offered
from shared.contracts.orders import AddNote, Hold
from shared.contracts.payments import Settle
from shared.runtime.envelope import MAX_ATTRIBUTE, Incoming
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.processing.attributes import MAX_DEPTH
from shared.runtime.processing.decoding import Undecodable, decode, decode_fact
from tests.fakes import MemoryRecord

FROM_OUTSIDE = [*offered().values(), CartConverted, Variant, Settle]
# A list of words, a pattern of bounded length, a list of what exists: money, countries, currencies.
BOUNDED = {"maxLength", "enum", "const", "format", "examples"}
# Their sum has a limit, which `CartConverted.check` holds.
TOGETHER = {"CartConverted.shipments[].lines"}

ADDRESS = {"name": "A", "line1": "B", "city": "C", "country": "US"}
LINE = {"sku": "S", "name": "N", "quantity": 1, "placed_price": "1.00"}
PAYMENT = {
    "method": "cash",
    "transaction_type": "Sale",
    "amount": "1.00",
    "status": "Processed",
}


def shipment(lines: int = 1) -> dict[str, Any]:
    method = {"shipping_method": "standard", "shipping_cost": "0.00"}
    return {**method, "address": ADDRESS, "lines": [LINE] * lines}


def cart(**more: Any) -> dict[str, Any]:
    return {
        "cart_id": "c-1",
        "market": "US",
        "currency": "USD",
        "converted_at": "2026-11-22T20:00:00Z",
        "shipments": [shipment()],
        **more,
    }


def sent(model: type[Message], data: Any, **more: str) -> MemoryRecord:
    value = data if isinstance(data, bytes) else json.dumps(data).encode()
    named = {"specversion": "1.0", "id": "m-1", "source": "test", "type": model.type, **more}
    headers = [(f"ce_{name}", text.encode()) for name, text in named.items()]
    return MemoryRecord(model.topic.name, 0, 0, None, value, headers)


def structured(data: bytes) -> MemoryRecord:
    value = (
        b'{"specversion":"1.0","id":"m-1","source":"test","type":"waybill.order.hold.v1","data":'
        + data
        + b"}"
    )
    mode = [("content-type", b"application/cloudevents+json")]
    return MemoryRecord("order.commands", 0, 0, None, value, mode)


def refusal(record: MemoryRecord) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(record)
    return str(refused.value.error)


def unbounded(schema: dict[str, Any], parts: dict[str, Any], path: str) -> Iterator[str]:
    """The paths of all fields without a limit."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    for either in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(either, ()):
            yield from unbounded(inner, parts, path)
    for name, inner in schema.get("properties", {}).items():
        yield from unbounded(inner, parts, f"{path}.{name}")
    for held in ("items", "additionalProperties"):
        if isinstance(inner := schema.get(held), dict):
            yield from unbounded(inner, parts, f"{path}[]")
    if not is_bounded(schema):
        yield path


def is_bounded(schema: dict[str, Any]) -> bool:
    """Whether a schema has a limit itself, whatever it contains."""
    match schema.get("type"):
        case "array":
            return "maxItems" in schema
        case "object":
            return "maxProperties" in schema or "properties" in schema
        case "integer" | "number":
            return "maximum" in schema
        case "string":
            return "{1,64}" in schema.get("pattern", "") or bool(BOUNDED & schema.keys())
    return True


@pytest.mark.parametrize("model", FROM_OUTSIDE, ids=lambda model: model.type)
def test_every_field_of_a_request_has_a_limit(model: type[Message]) -> None:
    schema = model.model_json_schema()
    found = set(unbounded(schema, schema.get("$defs", {}), model.__name__))
    assert found - TOGETHER == set()


@pytest.mark.parametrize(
    ("field", "most", "one"),
    [
        ("coupons", MAX_COUPONS, lambda n: f"C{n}"),
        ("payments", MAX_PAYMENTS, lambda n: {**PAYMENT, "payment_id": f"p-{n}"}),
        ("shipments", MAX_SHIPMENTS, lambda n: shipment()),
    ],
)
def test_a_cart_has_so_many_and_no_more(field: str, most: int, one: Any) -> None:
    made = [one(n) for n in range(most + 1)]
    assert isinstance(decode(sent(CartConverted, cart(**{field: made[:-1]}))), Incoming)
    assert refusal(sent(CartConverted, cart(**{field: made}))).startswith(f"{field}: ")


def test_an_order_has_so_many_lines_and_no_more() -> None:
    full = [shipment(MAX_LINES // 2), shipment(MAX_LINES // 2)]
    assert isinstance(decode(sent(CartConverted, cart(shipments=full))), Incoming)
    over = [*full, shipment()]
    assert refusal(sent(CartConverted, cart(shipments=over))) == (
        f"shipments: an order has at most {MAX_LINES} lines"
    )


def test_a_note_has_so_many_characters_and_no_more() -> None:
    assert isinstance(decode(sent(AddNote, {"order_id": "c-1", "text": "x" * 4000})), Incoming)
    said = refusal(sent(AddNote, {"order_id": "c-1", "text": "x" * 4001}))
    assert said.startswith("text: ")
    assert "4,000" in said


def test_a_value_has_a_megabyte_and_no_more() -> None:
    room = MAX_VALUE - len('{"order_id": "c-1", "x": ""}')
    assert isinstance(decode(sent(Hold, {"order_id": "c-1", "x": "y" * room})), Incoming)
    said = refusal(sent(Hold, {"order_id": "c-1", "x": "y" * (room + 1)}))
    assert said.startswith(f"value: {MAX_VALUE + 1} bytes, at most {MAX_VALUE}")


def test_an_attribute_has_so_many_characters_and_no_more() -> None:
    said = refusal(sent(Hold, {"order_id": "c-1"}, actor="x" * (MAX_ATTRIBUTE + 1)))
    assert said == f"ce_actor: at most {MAX_ATTRIBUTE} printable characters"


@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_a_value_is_nested_so_deeply_and_no_more(opens: str, closes: str) -> None:
    def nested(levels: int) -> bytes:
        within = levels - 1
        return f'{{"order_id":"c-1","x":{opens * within}1{closes * within}}}'.encode()

    for wrap in (lambda data: sent(Hold, data), structured):
        assert isinstance(decode(wrap(nested(MAX_DEPTH))), Incoming)
        for levels in (MAX_DEPTH + 1, 300, 2000, 100_000):
            assert "within each other" in refusal(wrap(nested(levels))), levels


def test_a_fact_of_an_unknown_type_is_no_way_around() -> None:
    deep = b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}"
    headers = [("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"s"), ("ce_type", b"t")]
    with pytest.raises(Undecodable, match="within each other"):
        decode_fact(MemoryRecord("order.events", 0, 0, b"c-1", deep, headers))


@pytest.mark.parametrize("digits", [20, 5000, 500_000])
def test_numbers_are_no_way_to_keep_a_process_busy(digits: int) -> None:
    stock = offered()["stock.receive"]
    data = f'{{"warehouse":"w","sku":"S","quantity":{"9" * digits}}}'.encode()
    assert refusal(sent(stock, data))
    pay = offered()["payment.add"]
    about = {"order_id": "c-1", "payment_id": "p", "method": "cash", "transaction_type": "Sale"}
    assert refusal(sent(pay, {**about, "amount": "9" * digits})).startswith("amount: ")
