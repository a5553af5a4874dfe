"""Exact money: decimal strings on the wire, `Decimal` in memory, never a float."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from moneyed import CURRENCIES
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from shared.contracts.base import Malformed

_WIRE = re.compile(r"-?\d{1,15}(\.\d{1,4})?", re.ASCII)
ZERO = Decimal(0)


def _read(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _WIRE.fullmatch(value):
        return Decimal(value)
    raise ValueError('money is a decimal string such as "19.99"')


def _write(value: Decimal) -> str:
    return format(value, "f")


Signed = Annotated[
    Decimal,
    BeforeValidator(_read),
    PlainSerializer(_write, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_WIRE.pattern}$", "examples": ["19.99"]}),
]
Amount = Annotated[Signed, Field(ge=0)]


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not an ISO 4217 currency")
    return code


Currency = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "examples": ["USD"]})
]


@cache
def decimals(currency: str) -> int:
    """How many decimals amounts of this ISO 4217 currency have: USD 2, JPY 0, KWD 3."""
    return len(str(CURRENCIES[currency].sub_unit)) - 1


def zero(currency: str) -> Decimal:
    """Nothing, written with the currency's decimals."""
    return ZERO.scaleb(-decimals(currency))


def exact(amount: Decimal, currency: str, field: str) -> Decimal:
    """`amount` as it is, or `Malformed` if its decimals aren't the currency's own."""
    if -int(amount.as_tuple().exponent) != decimals(currency):
        raise Malformed(field, f"{currency} has {decimals(currency)} decimals, got {amount:f}")
    return amount


def _amounts(value: Any, path: str) -> Iterator[tuple[str, Decimal]]:
    if isinstance(value, Decimal):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, inner in value.__dict__.items():
            if inner is not None and not isinstance(inner, str):
                yield from _amounts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from _amounts(inner, f"{path}.{position}")


def all_exact(value: BaseModel, currency: str) -> None:
    """Checks every amount inside `value`; raises `Malformed` with the first wrong one's path."""
    for path, amount in _amounts(value, ""):
        exact(amount, currency, path)
