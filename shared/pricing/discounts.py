"""What is left of lines, order and shipping after every discount.

Discounts are taken off one after the other, each of what those before it have left, so that
nothing falls below zero. Lines: what the checkout itself took off, coupons by their codes, then
what was set by hand. The order: what the checkout granted, coupons by their codes, then what was
set by hand. Shipping: coupons by their codes. The sequence of lines and edits makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared.contracts.money import ZERO, zero
from shared.contracts.pricing import DiscountRule
from shared.pricing.allocation import K, take

LineKey = tuple[str, str]  # a shipment's id and the line's own


@dataclass(frozen=True, slots=True)
class Item:
    """A line before discounts: `value` is quantity times price.

    `own` is what the checkout itself takes off, `manual` what was set by hand.
    """

    sku: str
    value: Decimal
    own: Decimal = ZERO
    manual: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Prices:
    """What is left of each line's value and of each shipment's shipping price.

    `goods` is the sum of the lines; `order_discount` is taken off that. `taken` says what each
    coupon takes off, by its code.
    """

    lines: Mapping[LineKey, Decimal]
    goods: Decimal
    order_discount: Decimal
    shipping: Mapping[str, Decimal]
    taken: Mapping[str, Decimal]


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

    `granted` is what the checkout took off the order, `manual` what was set by hand.
    """
    nothing = zero(currency)
    value = sum((item.value for item in items.values()), nothing)
    counting = [rule for rule in sorted(rules, key=_code) if value >= (rule.minimum or ZERO)]
    taken: dict[str, Decimal] = {}
    lines = {key: max(item.value - item.own, nothing) for key, item in items.items()}
    for rule in _of("line", counting):
        of = [key for key, item in items.items() if not rule.skus or item.sku in rule.skus]
        taken[rule.code] = _take_each(rule, lines, of, currency)
    for key, item in items.items():
        take(item.manual, lines, [key])
    goods = sum(lines.values(), nothing)
    order = {"order": goods}
    take(granted, order, order)
    for rule in _of("order", counting):
        taken[rule.code] = _take_each(rule, order, order, currency)
    take(manual, order, order)
    ships = dict(shipping)
    for rule in _of("shipping", counting):
        if rule.amount is not None and rule.kind == "amount":
            taken[rule.code] = nothing + take(rule.amount, ships, sorted(ships))
        else:
            taken[rule.code] = _take_each(rule, ships, ships, currency)
    return Prices(lines, goods, goods - order["order"], ships, taken)


def _code(rule: DiscountRule) -> str:
    return rule.code


def _of(scope: str, rules: Sequence[DiscountRule]) -> list[DiscountRule]:
    return [rule for rule in rules if rule.scope == scope]


def _worth(rule: DiscountRule, value: Decimal, currency: str) -> Decimal:
    """What the rule is worth on `value`; a share is rounded half up to the cent."""
    if rule.kind == "percentage":
        share = (value * Decimal(rule.percent or 0)).scaleb(-2)
        return share.quantize(zero(currency), ROUND_HALF_UP)
    return rule.amount or zero(currency)


def _take_each(
    rule: DiscountRule, left: dict[K, Decimal], of: Iterable[K], currency: str
) -> Decimal:
    """Takes the rule's worth off each of these for itself; returns what was taken."""
    taken = zero(currency)
    for key in of:
        taken += take(_worth(rule, left[key], currency), left, [key])
    return taken
