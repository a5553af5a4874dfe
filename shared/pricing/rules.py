"""The rules that an order keeps, made of the coupons that the site has."""

from decimal import Decimal

from shared.contracts.pricing import DiscountRule
from shared.site import Coupon, PercentOff


def rule_of(code: str, coupon: Coupon, currency: str) -> DiscountRule:
    """The rule of a coupon that counts in `currency`, without its time and its markets."""
    percent = amount = None
    if isinstance(coupon, PercentOff):
        percent = written(coupon.value)
    else:
        amount = coupon.value[currency]
    return DiscountRule(
        code=code,
        kind=coupon.kind,
        percent=percent,
        amount=amount,
        scope=coupon.scope,
        skus=coupon.skus,
        minimum=coupon.minimum.get(currency),
    )


def written(number: Decimal) -> str:
    """A share as the contract writes it: without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
