"""Postal addresses and contact data."""

from functools import cache
from typing import Annotated

import pycountry
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from shared.contracts.base import Email, Id, Name, Part
from shared.contracts.cards import NUMBERS

Phone = Annotated[str, StringConstraints(max_length=40), NUMBERS]
Line = Annotated[str, StringConstraints(max_length=200)]


@cache
def _exists(code: str) -> bool:
    return pycountry.countries.get(alpha_2=code) is not None


def _known(code: str) -> str:
    if len(code) != 2 or not code.isupper() or not _exists(code):
        raise ValueError("must be an ISO 3166-1 country code of two capitals, such as US")
    return code


Country = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "examples": ["US"]})
]


class Address(Part):
    """A postal address."""

    name: Name
    line1: Name
    line2: Line | None = None
    city: Name
    region: Line | None = None
    postal_code: Annotated[str, StringConstraints(max_length=20)] | None = None
    country: Country
    phone: Phone | None = None


class Customer(Part):
    """The customer of an order or cart. Every field is optional; an anonymous order has none."""

    customer_id: Id | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    email: Email | None = None
    phone: Phone | None = None
