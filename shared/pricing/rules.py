"""Converts the site's coupons to the discount rules that an order keeps."""

from decimal import Decimal

from shared.contracts.pricing import DiscountRule
from shared.site import Coupon, PercentOff


def rule_of(code: str, coupon: Coupon, currency: str) -> DiscountRule:
    """The rule of a coupon for `currency`; it drops the coupon's period and markets."""
    percent = amount = None
    if isinstance(coupon, PercentOff):
        percent = decimal_text(coupon.value)
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


def decimal_text(number: Decimal) -> str:
    """`number` in the contract's form: without an exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
