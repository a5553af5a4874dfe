"""Masks card numbers in what is copied into a dead letter (docs/decisions/0012)."""

import re
from typing import Any

import orjson

from shared.contracts.base import ID_PATTERN
from shared.contracts.cards import masked
from shared.runtime.ports import Headers

# Fields that hold ids or money. They aren't checked for card numbers on arrival, so they stay here.
_EXACT = {
    *("sku", "warehouse", "market", "code", "coupons", "method", "shipping_method"),
    *("amount", "placed_price", "discount", "order_discount", "tax", "shipping_cost"),
    *("shipping_tax", "id", "source", "type", "subject", "correlationid", "causationid"),
    *("replyto", "traceparent"),
}
_NUMBERS = {"phone", "tracking_number", "former_tracking_number"}


def masked_value(value: bytes | None) -> bytes | None:
    """Masks a record's value; returns the same bytes if it holds no card number.

    JSON is checked field by field, whatever the escapes in its strings; anything else as text.
    """
    if not value:
        return value
    try:
        content = orjson.loads(value)
        clean = _masked(content)
        return value if clean == content else orjson.dumps(clean)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return _masked_bytes(value)


def masked_headers(headers: Headers) -> list[tuple[str, bytes]]:
    """Masks a record's headers; those that carry ids stay unchanged."""
    return [
        (name, value if not value or _is_exact(name.removeprefix("ce_")) else _masked_bytes(value))
        for name, value in headers
    ]


def _masked(content: Any, exact: bool = False, issued: bool = False) -> Any:
    """Masks JSON content.

    exact   an id or an amount: unchanged if it has the form of one
    issued  a field that normally holds numbers, such as a phone: only issuers' card numbers count
    """
    if isinstance(content, dict):
        of_article = {"name"} if "sku" in content else set()
        return {
            masked(name): _masked(inner, _is_exact(name), name in _NUMBERS | of_article)
            for name, inner in content.items()
        }
    if isinstance(content, list):
        return [_masked(inner, exact, issued) for inner in content]
    if isinstance(content, str):
        return content if exact and re.match(ID_PATTERN, content) else masked(content, issued)
    if isinstance(content, int) and masked(str(content)) != str(content):
        return masked(str(content))
    return content


def _is_exact(name: str) -> bool:
    return name in _EXACT or name.endswith("_id")


def _masked_bytes(value: bytes) -> bytes:
    """Masks bytes; every other byte stays, even if it isn't UTF-8."""
    text = value.decode(errors="surrogateescape")
    return masked(text).encode(errors="surrogateescape")
