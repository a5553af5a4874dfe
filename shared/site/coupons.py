"""Coupons: how much each takes off, off what, and where and when it is valid."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from shared.contracts.base import Id, Name, Timestamp
from shared.contracts.money import Amount, Currency
from shared.contracts.pricing import MAX_SKUS
from shared.site.section import Section

Scope = Literal["line", "order", "shipping"]
Percent = Annotated[Decimal, Field(gt=0, le=100, decimal_places=4)]


def _in_capitals(code: str) -> str:
    if code != code.upper():
        raise ValueError(f"the code must be in capitals: {code.upper()}")
    return code


Code = Annotated[Id, AfterValidator(_in_capitals)]


class _Coupon(Section):
    """The fields of every coupon.

    Without limits it is valid for all articles, markets and orders, at any time.
    """

    name: Name
    scope: Scope
    skus: Annotated[tuple[Id, ...], Field(max_length=MAX_SKUS)] = ()
    markets: tuple[Id, ...] = ()
    minimum: Mapping[Currency, Amount] = {}
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.skus and self.scope != "line":
            raise ValueError("skus require the scope line")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("valid_until must be after valid_from")
        return self

    def valid_in(self, market: str, currency: str) -> bool:
        """Whether it is valid in `market`, which sells in `currency`."""
        return not self.markets or market in self.markets

    def has_started(self, now: datetime) -> bool:
        """Whether its period has started."""
        return self.valid_from is None or now >= self.valid_from

    def has_ended(self, now: datetime) -> bool:
        """Whether its period has ended; it excludes `valid_until` itself."""
        return self.valid_until is not None and now >= self.valid_until


class PercentOff(_Coupon):
    """Takes a percentage off: `value` is percent."""

    kind: Literal["percentage"]
    value: Percent


class AmountOff(_Coupon):
    """Takes a fixed amount off: `value` has one for each currency."""

    kind: Literal["amount"]
    value: Annotated[Mapping[Currency, Amount], Field(min_length=1)]

    def valid_in(self, market: str, currency: str) -> bool:
        """Whether it is valid in `market`; it needs an amount in the market's `currency`."""
        return currency in self.value and super().valid_in(market, currency)


Coupon = Annotated[PercentOff | AmountOff, Field(discriminator="kind")]
