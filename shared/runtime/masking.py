"""What is copied into a dead letter, without card numbers (docs/decisions/0012)."""

import re
from typing import Any

import orjson

from shared.contracts.base import ID_PATTERN
from shared.contracts.cards import masked
from shared.runtime.ports import Headers

# Fields that hold ids or money. Neither is looked at where it arrives, so neither is changed here.
_EXACT = {
    *("sku", "warehouse", "market", "code", "coupons", "method", "shipping_method"),
    *("amount", "placed_price", "discount", "order_discount", "tax", "shipping_cost"),
    *("shipping_tax", "id", "source", "type", "subject", "correlationid", "causationid"),
    *("replyto", "traceparent"),
}
_NUMBERS = {"phone", "tracking_number"}


def masked_value(value: bytes | None) -> bytes | None:
    """A record's value; the very same bytes if it holds no card number.

    JSON is looked at field by field, whatever way its strings are escaped; anything else as text.
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
    """A record's headers; those that carry ids stay as they are."""
    return [
        (name, value if not value or _is_exact(name.removeprefix("ce_")) else _masked_bytes(value))
        for name, value in headers
    ]


def _masked(content: Any, exact: bool = False, issued: bool = False) -> Any:
    """`exact`: an id or an amount, if it looks like one; `issued`: numbers by their nature."""
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
    """Every byte that isn't a digit of a card number stays, UTF-8 or not."""
    text = value.decode(errors="surrogateescape")
    return masked(text).encode(errors="surrogateescape")
