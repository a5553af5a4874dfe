"""Allocates amounts: takes one off what there is, or divides one in proportion, to the cent."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from shared.contracts.money import decimals, zero

K = TypeVar("K")


def take(amount: Decimal, left: dict[K, Decimal], of: Iterable[K]) -> Decimal:
    """Takes `amount` off each of these in turn until it is used up; returns what was taken."""
    rest = amount
    for key in of:
        off = min(rest, left[key])
        left[key] -= off
        rest -= off
    return amount - rest


def scaled(amount: Decimal, of: Decimal, to: Decimal, currency: str) -> Decimal:
    """So much of `to` as `amount` is of `of`, rounded half up; nothing of nothing.

    All are at least zero, and have the currency's decimals.
    """
    if of == to:
        return amount
    if of == 0:
        return zero(currency)
    unit = 10 ** decimals(currency)
    exact = Fraction(amount) * Fraction(to) / Fraction(of) * unit
    return Decimal(int(exact + Fraction(1, 2))).scaleb(-decimals(currency))
