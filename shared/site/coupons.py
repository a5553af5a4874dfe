"""Coupons: what each takes off, of what, and where and when it counts."""

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
        raise ValueError(f"a code is written in capitals here: {code.upper()}")
    return code


Code = Annotated[Id, AfterValidator(_in_capitals)]


class _Coupon(Section):
    """What all coupons have. Nothing said means: all articles, all markets, any order, always."""

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
            raise ValueError("skus are for the scope line")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("valid_until has to come after valid_from")
        return self

    def sold_in(self, market: str, currency: str) -> bool:
        """Whether it counts in a market that sells in this currency."""
        return not self.markets or market in self.markets

    def begun(self, now: datetime) -> bool:
        """Whether its time has begun."""
        return self.valid_from is None or now >= self.valid_from

    def over(self, now: datetime) -> bool:
        """Whether its time is over; `valid_until` itself is no longer in it."""
        return self.valid_until is not None and now >= self.valid_until


class PercentOff(_Coupon):
    """Takes a share off: `value` is percent."""

    kind: Literal["percentage"]
    value: Percent


class AmountOff(_Coupon):
    """Takes an amount off, which is another one in each currency."""

    kind: Literal["amount"]
    value: Annotated[Mapping[Currency, Amount], Field(min_length=1)]

    def sold_in(self, market: str, currency: str) -> bool:
        """Whether it counts in a market that sells in this currency: it needs an amount in it."""
        return currency in self.value and super().sold_in(market, currency)


Coupon = Annotated[PercentOff | AmountOff, Field(discriminator="kind")]
