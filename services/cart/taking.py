"""Taking off: what a discount is worth, and how it comes off, never more than there is."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from shared.contracts.money import zero
from shared.site import Coupon, PercentOff

K = TypeVar("K")


def worth(coupon: Coupon, value: Decimal, currency: str) -> Decimal:
    """What the coupon is worth on `value`; a share is rounded half up to the cent."""
    if isinstance(coupon, PercentOff):
        share = (value * coupon.value).scaleb(-2)
        return share.quantize(zero(currency), ROUND_HALF_UP)
    return coupon.value[currency]


def take(amount: Decimal, left: dict[K, Decimal], of: Iterable[K]) -> Decimal:
    """Takes `amount` off each of these in turn until it is used up; returns what was taken."""
    rest = amount
    for key in of:
        off = min(rest, left[key])
        left[key] -= off
        rest -= off
    return amount - rest


def take_each(coupon: Coupon, left: dict[K, Decimal], of: Iterable[K], currency: str) -> Decimal:
    """Takes the coupon's worth off each of these for itself; returns what was taken."""
    taken = zero(currency)
    for key in of:
        taken += take(worth(coupon, left[key], currency), left, [key])
    return taken
