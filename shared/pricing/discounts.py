"""Applies all discounts to the lines, the order and the shipping.

Discounts apply one after the other, each to what is left after those before it, so that nothing
falls below zero:

- lines: the checkout's own discount, coupons sorted by code, then the manual discount;
- order: the checkout's own discount, coupons sorted by code, then the manual discount;
- shipping: coupons sorted by code.

The sequence of lines and edits makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared.contracts.money import ZERO, zero
from shared.contracts.pricing import DiscountRule
from shared.pricing.allocation import K, deduct

LineKey = tuple[str, str]  # the ids of a shipment and of a line in it


@dataclass(frozen=True, slots=True)
class Item:
    """A line before discounts: `value` is quantity times price.

    `own` is the checkout's own discount, `manual` the manual one.
    """

    sku: str
    value: Decimal
    own: Decimal = ZERO
    manual: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Prices:
    """The net value of each line and the net shipping price of each shipment.

    `lines_total` is the sum of the lines, before `order_discount`. `by_coupon` is the amount that
    each coupon takes off, by its code.
    """

    lines: Mapping[LineKey, Decimal]
    lines_total: Decimal
    order_discount: Decimal
    shipping: Mapping[str, Decimal]
    by_coupon: Mapping[str, Decimal]


def price(
    items: Mapping[LineKey, Item],
    shipping: Mapping[str, Decimal],
    rules: Iterable[DiscountRule],
    currency: str,
    *,
    granted: Decimal = ZERO,
    manual: Decimal = ZERO,
) -> Prices:
    """Applies every discount to `items` and to `shipping`, the price of each shipment's method.

    A rule applies if the items are worth its minimum. `granted` is the checkout's own discount on
    the order, `manual` the manual one.
    """
    nothing = zero(currency)
    value = sum((item.value for item in items.values()), nothing)
    valid = [rule for rule in sorted(rules, key=_code) if value >= (rule.minimum or ZERO)]
    by_coupon: dict[str, Decimal] = {}
    lines = {key: max(item.value - item.own, nothing) for key, item in items.items()}
    for rule in _of_scope("line", valid):
        eligible = [key for key, item in items.items() if not rule.skus or item.sku in rule.skus]
        by_coupon[rule.code] = _deduct_each(rule, lines, eligible, currency)
    for key, item in items.items():
        deduct(item.manual, lines, [key])
    lines_total = sum(lines.values(), nothing)
    order = {"order": lines_total}
    deduct(granted, order, order)
    for rule in _of_scope("order", valid):
        by_coupon[rule.code] = _deduct_each(rule, order, order, currency)
    deduct(manual, order, order)
    net_shipping = dict(shipping)
    for rule in _of_scope("shipping", valid):
        if rule.amount is not None and rule.kind == "amount":
            by_coupon[rule.code] = nothing + deduct(rule.amount, net_shipping, sorted(net_shipping))
        else:
            by_coupon[rule.code] = _deduct_each(rule, net_shipping, net_shipping, currency)
    return Prices(lines, lines_total, lines_total - order["order"], net_shipping, by_coupon)


def _code(rule: DiscountRule) -> str:
    return rule.code


def _of_scope(scope: str, rules: Sequence[DiscountRule]) -> list[DiscountRule]:
    return [rule for rule in rules if rule.scope == scope]


def _amount_off(rule: DiscountRule, value: Decimal, currency: str) -> Decimal:
    """The amount that the rule takes off `value`; a percentage is rounded half up to the cent."""
    if rule.kind == "percentage":
        share = (value * Decimal(rule.percent or 0)).scaleb(-2)
        return share.quantize(zero(currency), ROUND_HALF_UP)
    return rule.amount or zero(currency)


def _deduct_each(
    rule: DiscountRule, left: dict[K, Decimal], keys: Iterable[K], currency: str
) -> Decimal:
    """Deducts the rule's amount from `left` at each of `keys`; returns the sum deducted."""
    deducted = zero(currency)
    for key in keys:
        deducted += deduct(_amount_off(rule, left[key], currency), left, [key])
    return deducted
