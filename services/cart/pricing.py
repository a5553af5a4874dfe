"""What a cart costs: one pure function of what is in it, the site and the time.

Discounts are taken off one after the other, each of what those before it have left, so that
nothing falls below zero: coupons on lines by their codes, then what was set by hand on a line;
coupons on the order by their codes, then what was set by hand; coupons on the shipping by their
codes. Nothing else matters, neither when a coupon was entered nor which line came first.
Tax is the market's rate on what is left of each line; a discount on the order leaves it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from services.cart.coupons import meant_for, shipping_costs, values, why_no_effect
from services.cart.state import Cart, LineKey
from services.cart.taking import take, take_each
from shared.contracts.money import zero
from shared.contracts.pricing import CouponEffect, PricedLine, Totals
from shared.contracts.replies import Reason
from shared.contracts.totals import tax_on, writable
from shared.site import AmountOff, Coupon, Site


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
    used = _Used(cart, {code: site.coupons[code] for code, no in why_not.items() if not no})
    full, charged = values(cart), shipping_costs(cart)
    lines, left = sum(full.values(), nothing), used.off_lines(full)
    of_lines = sum(left.values(), nothing)
    order_discount = used.off_order(of_lines)
    shipping = used.off_shipping(charged)
    priced = {
        (shipment_id, line_id): PricedLine(
            shipment_id=shipment_id,
            line_id=line_id,
            discount=value - left[shipment_id, line_id],
            tax=tax_on(left[shipment_id, line_id], rate, cart.currency),
        )
        for (shipment_id, line_id), value in full.items()
    }
    tax = sum((line.tax for line in priced.values()), nothing)
    to_ship = sum(shipping.values(), nothing)
    totals = Totals(
        lines=writable(lines, "lines"),
        line_discounts=lines - of_lines,
        tax=tax,
        shipping=writable(to_ship, "shipping"),
        shipping_discount=sum(charged.values(), nothing) - to_ship,
        order_discount=order_discount,
        total=writable(of_lines + tax + to_ship - order_discount, "total"),
        coupons=tuple(
            CouponEffect(
                code=code,
                takes_off=used.taken.get(code, nothing),
                why_not=Reason.of(*no) if no else None,
            )
            for code, no in why_not.items()
        ),
    )
    return Prices(priced, shipping, totals)


@dataclass(slots=True)
class _Used:
    """The coupons that count, by their codes, and what each has taken off."""

    cart: Cart
    coupons: Mapping[str, Coupon]
    taken: dict[str, Decimal] = field(default_factory=dict)

    def off_lines(self, full: Mapping[LineKey, Decimal]) -> dict[LineKey, Decimal]:
        """What is left of each line."""
        left = dict(full)
        for code, coupon in self._of("line"):
            lines = meant_for(coupon, self.cart)
            self.taken[code] = take_each(coupon, left, lines, self.cart.currency)
        for key, amount in self.cart.discounts.items():
            take(amount, left, [key])
        return left

    def off_order(self, of_lines: Decimal) -> Decimal:
        """What is taken off the order as a whole."""
        left = {"order": of_lines}
        for code, coupon in self._of("order"):
            self.taken[code] = take_each(coupon, left, left, self.cart.currency)
        take(self.cart.order_discount, left, left)
        return of_lines - left["order"]

    def off_shipping(self, charged: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """What each shipment's shipping still costs: an amount comes off once, a share off each."""
        left = dict(charged)
        for code, coupon in self._of("shipping"):
            if isinstance(coupon, AmountOff):
                self.taken[code] = take(coupon.value[self.cart.currency], left, sorted(left))
            else:
                self.taken[code] = take_each(coupon, left, left, self.cart.currency)
        return left

    def _of(self, scope: str) -> list[tuple[str, Coupon]]:
        return [(code, coupon) for code, coupon in self.coupons.items() if coupon.scope == scope]
