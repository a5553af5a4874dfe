"""A foreign system that knows only the contract, and checks every record.

It checks CloudEvents in binary mode, keys, sequences without gaps, money as exact decimals in
strings, and the schemas that the services publish.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import jsonschema_rs

from shared.contracts.base import import_all, models_on
from shared.contracts.topics import TOPICS
from tests.fakes import MemoryRecord

NEEDED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject")
# A reply's subject is the subject of the command, which isn't the reply's key.
REPLIES = "waybill.replies"
DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
MONEY = {
    "amount", "total", "paid", "outstanding", "placed_price", "discount", "tax", "shipping_cost",
    "shipping_tax", "shipping_price", "order_discount", "order_discount_granted", "takes_off",
    "manual_discount", "line_discounts", "shipping", "shipping_discount", "price", "price_before",
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FACTS = {topic.name: topic for topic in TOPICS if topic.facts}


class _FloatError(ValueError):
    """A number with a decimal point, which money must not be."""


def _no_float(text: str) -> float:
    raise _FloatError(text)


def read_all(records: Iterable[MemoryRecord]) -> Iterator[str]:
    """Yields what a foreign system finds wrong with Waybill's records."""
    seen: set[tuple[str, str]] = set()
    sequences: dict[tuple[str, bytes | None], int] = defaultdict(int)
    for record in records:
        if record.topic not in FACTS or record.topic == "catalog.variants":
            continue
        headers = {name: (value or b"").decode() for name, value in record.headers}
        where = f"{record.topic} {headers.get('ce_type')}"
        needed = NEEDED[:-1] if record.topic == REPLIES else NEEDED
        missing = [name for name in needed if not headers.get(name)]
        if missing:
            yield f"{where} has no {missing}"
            continue
        name = (headers["ce_source"], headers["ce_id"])
        if name in seen:
            yield f"{where}: {name} appears twice"
        seen.add(name)
        yield from (f"{where}: {words}" for words in _of_envelope(record, headers))
        yield from (f"{where}: {words}" for words in _of_data(record, headers["ce_type"]))
        if record.topic.endswith(".events"):
            place = (record.topic, record.key)
            sequences[place] += 1
            if headers.get("ce_sequence") != str(sequences[place]):
                yield f"{where}: sequence {headers.get('ce_sequence')}, expected {sequences[place]}"


def _of_envelope(record: MemoryRecord, headers: Mapping[str, str]) -> Iterator[str]:
    if headers["ce_specversion"] != "1.0" or headers["content-type"] != "application/json":
        yield "not binary mode of CloudEvents 1.0"
    if record.topic != REPLIES and headers["ce_subject"].encode() != record.key:
        yield f"ce_subject {headers['ce_subject']!r} isn't the key {record.key!r}"
    if datetime.fromisoformat(headers["ce_time"]).utcoffset() is None:
        yield "ce_time without a zone"
    if any(len(v) > 256 or not v.isprintable() for n, v in headers.items() if n[:3] == "ce_"):
        yield "an attribute that isn't printable, or is too long"


def _of_data(record: MemoryRecord, kind: str) -> Iterator[str]:
    try:
        data = json.loads((record.value or b"").decode(), parse_float=_no_float)
    except ValueError as error:
        yield f"can't be read: {error!r}"
        return
    for error in _schema(record.topic, kind).iter_errors(data):
        yield f"violates its schema at {list(error.instance_path)}: {error.message[:200]}"
        break
    currency = data.get("currency") or (data.get("cart") or {}).get("currency")
    yield from _of_values(data, DECIMALS.get(currency) if isinstance(currency, str) else None)


def _of_values(data: Any, decimals: int | None, name: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _of_values(value, decimals, key)
    elif isinstance(data, list):
        for value in data:
            yield from _of_values(value, decimals, name)
    elif isinstance(data, str):
        if CONTROL.search(data):
            yield f"{name} has a control character: {data!r}"
        if decimals is not None and name in MONEY:
            form = rf"-?\d+\.\d{{{decimals}}}" if decimals else r"-?\d+"
            if not re.fullmatch(form, data) or re.fullmatch(r"-[0.]+", data):
                yield f"{name} is {data!r}, which isn't an exact amount of its currency"


@cache
def _schema(topic: str, kind: str) -> Any:
    import_all()
    model = next(m for m in models_on(FACTS[topic]) if m.type == kind)
    return jsonschema_rs.Draft202012Validator(model.model_json_schema(mode="serialization"))
