"""What a cart costs: one pure function of what is in it, the site and the time.

The arithmetic is the one that orders are edited with (`shared.pricing`). Tax is the market's rate
on what is left of each line; a discount on the order leaves it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.cart.cart.coupon_rules import DORMANT, shipping_costs, values, why_no_effect
from services.cart.cart.state import Cart, LineKey
from shared.contracts.money import ZERO, zero
from shared.contracts.pricing import CouponEffect, PricedLine, Pricing, Totals
from shared.contracts.replies import Reason
from shared.contracts.totals import tax_on, writable
from shared.pricing.discounts import Item
from shared.pricing.discounts import price as discounted
from shared.pricing.rules import rule_of, written
from shared.site import Site


@dataclass(frozen=True, slots=True)
class Prices:
    """What each part of a cart costs: a line's discount and tax, a shipment's shipping."""

    lines: Mapping[LineKey, PricedLine]
    shipping: Mapping[str, Decimal]
    totals: Totals

    @property
    def coupons(self) -> tuple[str, ...]:
        """The codes of those that count."""
        return tuple(effect.code for effect in self.totals.coupons if effect.why_not is None)


def price(cart: Cart, site: Site, now: datetime) -> Prices:
    """What `cart` costs now. Its market has to be there (`why_no_market`).

    Raises `Malformed` if that is more money than the contract can write.
    """
    nothing, rate = zero(cart.currency), site.markets[cart.market].tax_rate
    why_not = {code: why_no_effect(code, cart, site, now) for code in sorted(cart.coupons)}
    full, charged = values(cart), shipping_costs(cart)
    items = {
        key: Item(cart.shipments[key[0]].lines[key[1]].sku, value, ZERO, _manual(cart, key))
        for key, value in full.items()
    }
    rules = [
        rule_of(code, site.coupons[code], cart.currency) for code, no in why_not.items() if not no
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
        line_discounts=lines - left.goods,
        tax=tax,
        shipping=writable(to_ship, "shipping"),
        shipping_discount=sum(charged.values(), nothing) - to_ship,
        order_discount=left.order_discount,
        total=writable(left.goods + tax + to_ship - left.order_discount, "total"),
        coupons=tuple(
            CouponEffect(
                code=code,
                takes_off=left.taken.get(code, nothing),
                why_not=Reason.of(*no) if no else None,
            )
            for code, no in why_not.items()
        ),
    )
    return Prices(priced, left.shipping, totals)


def pricing(cart: Cart, site: Site, now: datetime) -> Pricing:
    """The rules that an order keeps: coupons that count, or would if there were more in it."""
    counting = [
        code
        for code in sorted(cart.coupons)
        if all(no.code in DORMANT for no in why_no_effect(code, cart, site, now))
    ]
    return Pricing(
        tax_rate=written(site.markets[cart.market].tax_rate),
        discounts=tuple(rule_of(code, site.coupons[code], cart.currency) for code in counting),
    )


def _manual(cart: Cart, key: LineKey) -> Decimal:
    return cart.discounts.get(key, ZERO)
