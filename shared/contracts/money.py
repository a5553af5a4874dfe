"""Exact money: decimal strings on the wire, `Decimal` in memory, never a float."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args

from moneyed import CURRENCIES
from pydantic import AfterValidator, BaseModel, GetPydanticSchema, WithJsonSchema
from pydantic_core import core_schema

from shared.contracts.base import Malformed

WIRE = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"
ZERO = Decimal(0)


def _schema(least: Decimal | None) -> core_schema.CoreSchema:
    """Accepts only a string in JSON, in Python a `Decimal` too; pydantic's core checks both."""
    number = core_schema.decimal_schema(ge=least, strict=True)
    text = core_schema.str_schema(pattern=WIRE, strict=True)
    lenient = core_schema.decimal_schema(ge=least, strict=False)
    message = 'must be an amount in quotes, such as "19.99"'
    wire = core_schema.chain_schema([text, lenient])
    either = core_schema.union_schema([number, wire], mode="left_to_right")
    return core_schema.custom_error_schema(
        core_schema.json_or_python_schema(wire, either),
        custom_error_type="money",
        custom_error_message=message if least is None else f"{message}, not below zero",
        serialization=_AS_TEXT,
    )


_AS_TEXT = core_schema.to_string_ser_schema()
_JSON_SCHEMA = WithJsonSchema({"type": "string", "pattern": WIRE, "examples": ["19.99"]})

Signed = Annotated[Decimal, GetPydanticSchema(lambda _, __: _schema(None)), _JSON_SCHEMA]
Amount = Annotated[Decimal, GetPydanticSchema(lambda _, __: _schema(ZERO)), _JSON_SCHEMA]


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("must be an ISO 4217 currency, such as USD")
    return code


Currency = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "examples": ["USD"]})
]


@cache
def decimals(currency: str) -> int:
    """The number of decimals of an ISO 4217 currency: USD 2, JPY 0, KWD 3."""
    return len(str(CURRENCIES[currency].sub_unit)) - 1


@cache
def zero(currency: str) -> Decimal:
    """Zero with the currency's decimals."""
    return ZERO.scaleb(-decimals(currency))


def exact(amount: Decimal, currency: str, field: str) -> Decimal:
    """Returns `amount`. Raises `Malformed` if it doesn't have the currency's decimals."""
    if not amount.same_quantum(zero(currency)):
        raise Malformed(field, f"must have {_decimals_text(currency)}, such as {example(currency)}")
    return amount


def example(currency: str) -> str:
    """An example of an amount in this currency: 19.99 USD, 1999 JPY."""
    return f"{Decimal(1999).scaleb(-decimals(currency)):f}"


def _decimals_text(currency: str) -> str:
    digits = decimals(currency)
    return f"{digits} decimals ({currency})" if digits else f"no decimals ({currency})"


def owed(outstanding: Decimal, currency: str) -> str:
    """Describes an outstanding amount for people; a negative one is overpaid."""
    if outstanding > 0:
        return f"{outstanding:f} {currency} outstanding"
    return f"overpaid by {-outstanding:f} {currency}" if outstanding < 0 else "paid in full"


def all_exact(value: BaseModel, currency: str) -> None:
    """Checks every amount inside `value`; raises `Malformed` with the path of a wrong one."""
    if not _same_quantum(value, zero(currency)):
        for path, amount in _amounts(value):
            exact(amount, currency, ".".join(map(str, reversed(path))))


def _same_quantum(value: BaseModel, quantum: Decimal) -> bool:
    """Whether all amounts are right. Fast, since it runs for every message; paths come later."""
    for name in _fields_with_amounts(type(value)):
        inner = getattr(value, name)
        if isinstance(inner, Decimal):
            if not inner.same_quantum(quantum):
                return False
        elif isinstance(inner, tuple):
            for part in inner:
                if not _same_quantum(part, quantum):
                    return False
        elif inner is not None and not _same_quantum(inner, quantum):
            return False
    return True


def _amounts(value: BaseModel) -> Iterator[tuple[list[str | int], Decimal]]:
    """Yields every amount inside `value` with its path, reversed."""
    for name in _fields_with_amounts(type(value)):
        inner = getattr(value, name)
        if isinstance(inner, Decimal):
            yield [name], inner
        elif isinstance(inner, tuple):
            for position, part in enumerate(inner):
                for path, amount in _amounts(part):
                    yield [*path, position, name], amount
        elif inner is not None:
            for path, amount in _amounts(inner):
                yield [*path, name], amount


@cache
def _fields_with_amounts(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(
        name for name, field in model.model_fields.items() if _has_amounts(field.annotation)
    )


def _has_amounts(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_fields_with_amounts(annotation))
    return annotation is Decimal or any(map(_has_amounts, get_args(annotation)))
