"""Checks whether a coupon applies to a cart, and explains why not.

`why_no_coupon` checks a coupon that is to be applied; pricing checks the applied ones with
`why_no_effect`.
"""

from datetime import datetime
from decimal import Decimal

from services.cart.cart.state import Cart, LineKey
from shared.contracts.error_texts import blocker
from shared.contracts.money import zero
from shared.contracts.replies import Blocker
from shared.site import Coupon, Site

Blockers = tuple[Blocker, ...]

MAX_COUPONS = 20
DORMANT = ("below-minimum", "nothing-for-coupon")  # an edit of the lines can remove these


def why_no_coupon(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon can't be applied to `cart`."""
    found = why_no_effect(code, cart, site, now)
    if code.upper() in cart.coupons:
        found += (blocker("coupon-applied", coupon=code.upper()),)
    return found


def why_no_more_coupons(cart: Cart) -> Blockers:
    """Why `cart` takes no further coupon: it has `MAX_COUPONS`."""
    if len(cart.coupons) < MAX_COUPONS:
        return ()
    return (blocker("cart-full.coupons", most=MAX_COUPONS),)


def why_no_effect(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon takes nothing off `cart`, whether it is applied or not."""
    code = code.upper()
    coupon = site.coupons.get(code)
    if coupon is None:
        return (blocker("unknown-coupon", coupon=code),)
    found = (
        _not_yet_valid(code, coupon, now),
        _expired(code, coupon, now),
        _not_in_market(code, coupon, cart),
        _below_minimum(code, coupon, cart),
        _nothing_to_discount(code, coupon, cart),
    )
    return tuple(reason for reason in found if reason is not None)


def line_values(cart: Cart) -> dict[LineKey, Decimal]:
    """Each line's quantity times price, before discounts."""
    return {
        (shipment_id, line_id): line.quantity * line.placed_price
        for shipment_id, shipment in cart.shipments.items()
        for line_id, line in shipment.lines.items()
    }


def eligible_lines(coupon: Coupon, cart: Cart) -> list[LineKey]:
    """The lines that the coupon applies to."""
    return [
        (shipment_id, line_id)
        for shipment_id, shipment in cart.shipments.items()
        for line_id, line in shipment.lines.items()
        if not coupon.skus or line.sku in coupon.skus
    ]


def shipping_costs(cart: Cart) -> dict[str, Decimal]:
    """The shipping price of each shipment that has lines and a destination."""
    return {
        shipment_id: shipment.destination.shipping_cost
        for shipment_id, shipment in cart.shipments.items()
        if shipment.lines and shipment.destination
    }


def _not_yet_valid(code: str, coupon: Coupon, now: datetime) -> Blocker | None:
    if coupon.valid_from is None or coupon.has_started(now):
        return None
    return blocker("coupon-not-yet-valid", coupon=code, moment=_moment(coupon.valid_from))


def _expired(code: str, coupon: Coupon, now: datetime) -> Blocker | None:
    if coupon.valid_until is None or not coupon.has_ended(now):
        return None
    return blocker("coupon-expired", coupon=code, moment=_moment(coupon.valid_until))


def _not_in_market(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    if coupon.valid_in(cart.market, cart.currency):
        return None
    return blocker("coupon-not-in-market", coupon=code, market=cart.market)


def _below_minimum(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    minimum = coupon.minimum.get(cart.currency)
    value = sum(line_values(cart).values(), zero(cart.currency))
    if minimum is None or value >= minimum:
        return None
    facts = {"least": minimum, "value": value, "currency": cart.currency}
    return blocker("below-minimum", coupon=code, **facts)


def _nothing_to_discount(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    if coupon.scope == "shipping":
        return None if shipping_costs(cart) else blocker("nothing-for-coupon.method", coupon=code)
    if eligible_lines(coupon, cart):
        return None
    if coupon.skus:
        return blocker("nothing-for-coupon.skus", coupon=code, skus=", ".join(coupon.skus))
    return blocker("nothing-for-coupon", coupon=code)


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
