"""Deducts an amount from others in turn, and scales or shares one in proportion, to the cent."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from shared.contracts.money import decimals, zero

K = TypeVar("K")


def deduct(amount: Decimal, left: dict[K, Decimal], keys: Iterable[K]) -> Decimal:
    """Deducts `amount` from `left` at `keys`, in turn, until it is used up or nothing is left.

    Changes `left`; returns how much was deducted.
    """
    rest = amount
    for key in keys:
        off = min(rest, left[key])
        left[key] -= off
        rest -= off
    return amount - rest


def scaled(amount: Decimal, of: Decimal, to: Decimal, currency: str) -> Decimal:
    """Scales `amount`, a share of `of`, to the same share of `to`, rounded half up.

    All amounts are at least zero and have the currency's decimals. Returns zero if `of` is zero and
    `to` is not.
    """
    if of == to:
        return amount
    if of == 0:
        return zero(currency)
    unit = 10 ** decimals(currency)
    exact = Fraction(amount) * Fraction(to) / Fraction(of) * unit
    return Decimal(int(exact + Fraction(1, 2))).scaleb(-decimals(currency))


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Shares `amount` in proportion to `weights`; the shares add up to it exactly.

    Each is the difference of two rounded running sums. No share is above its weight if `amount`
    isn't above their sum. If no weight is above zero, the first share is all of it.
    """
    whole = sum(weights, zero(currency))
    found: list[Decimal] = []
    running = taken = zero(currency)
    for weight in weights:
        running += weight
        upto = scaled(amount, whole, running, currency)
        found.append(upto - taken)
        taken = upto
    return [*found[:-1], found[-1] + amount - taken]
