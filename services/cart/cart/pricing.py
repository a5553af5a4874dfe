"""Prices a cart: a pure function of its content, the site and the time.

Edits of orders use the same arithmetic (`shared.pricing`). Tax is the market's rate on the net
value of each line; a discount on the order doesn't reduce it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.cart.cart.coupon_rules import DORMANT, line_values, shipping_costs, why_no_effect
from services.cart.cart.state import Cart, LineKey
from shared.contracts.money import ZERO, zero
from shared.contracts.pricing import CouponEffect, PricedLine, Pricing, Totals
from shared.contracts.replies import Reason
from shared.contracts.totals import tax_on, writable
from shared.pricing.discounts import Item
from shared.pricing.discounts import price as discounted
from shared.pricing.rules import decimal_text, rule_of
from shared.site import Site


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices in a cart: discount and tax of each line, shipping of each shipment, totals."""

    lines: Mapping[LineKey, PricedLine]
    shipping: Mapping[str, Decimal]
    totals: Totals

    @property
    def coupons(self) -> tuple[str, ...]:
        """The codes of the coupons that apply."""
        return tuple(effect.code for effect in self.totals.coupons if effect.why_not is None)


def price(cart: Cart, site: Site, now: datetime) -> Prices:
    """Prices `cart` at `now`. The site must have its market (`why_no_market`).

    Raises `Malformed` if an amount is too large for the contract.
    """
    nothing, rate = zero(cart.currency), site.markets[cart.market].tax_rate
    why_not = {code: why_no_effect(code, cart, site, now) for code in sorted(cart.coupons)}
    full, charged = line_values(cart), shipping_costs(cart)
    items = {
        key: Item(
            cart.shipments[key[0]].lines[key[1]].sku, value, ZERO, _manual_discount(cart, key)
        )
        for key, value in full.items()
    }
    rules = [
        rule_of(code, site.coupons[code], cart.currency)
        for code, blockers in why_not.items()
        if not blockers
    ]
    left = discounted(items, charged, rules, cart.currency, manual=cart.order_discount)
    lines = sum(full.values(), nothing)
    priced = {
        (shipment_id, line_id): PricedLine(
            shipment_id=shipment_id,
            line_id=line_id,
            discount=value - left.lines[shipment_id, line_id],
            tax=tax_on(left.lines[shipment_id, line_id], rate, cart.currency),
        )
        for (shipment_id, line_id), value in full.items()
    }
    tax = sum((line.tax for line in priced.values()), nothing)
    to_ship = sum(left.shipping.values(), nothing)
    totals = Totals(
        lines=writable(lines, "lines"),
        line_discounts=lines - left.lines_total,
        tax=tax,
        shipping=writable(to_ship, "shipping"),
        shipping_discount=sum(charged.values(), nothing) - to_ship,
        order_discount=left.order_discount,
        total=writable(left.lines_total + tax + to_ship - left.order_discount, "total"),
        coupons=tuple(
            CouponEffect(
                code=code,
                takes_off=left.by_coupon.get(code, nothing),
                why_not=Reason.of(*blockers) if blockers else None,
            )
            for code, blockers in why_not.items()
        ),
    )
    return Prices(priced, left.shipping, totals)


def pricing(cart: Cart, site: Site, now: datetime) -> Pricing:
    """The pricing rules for the order: coupons that apply, or would after an edit of the lines."""
    kept = [
        code
        for code in sorted(cart.coupons)
        if all(blocker.code in DORMANT for blocker in why_no_effect(code, cart, site, now))
    ]
    return Pricing(
        tax_rate=decimal_text(site.markets[cart.market].tax_rate),
        discounts=tuple(rule_of(code, site.coupons[code], cart.currency) for code in kept),
    )


def _manual_discount(cart: Cart, key: LineKey) -> Decimal:
    return cart.discounts.get(key, ZERO)
