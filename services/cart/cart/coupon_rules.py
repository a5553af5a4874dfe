"""Why a coupon doesn't count: nothing, or each reason in words.

`why_no_coupon` answers whoever wants to use one; pricing asks the same of those that are used.
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
DORMANT = ("below-minimum", "nothing-for-coupon")  # an edit of the lines may change these


def why_no_coupon(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon can't be used on `cart`."""
    found = why_no_effect(code, cart, site, now)
    if code.upper() in cart.coupons:
        found += (blocker("coupon-applied", coupon=code.upper()),)
    return found


def why_no_more(cart: Cart) -> Blockers:
    """A cart has so many coupons at most."""
    if len(cart.coupons) < MAX_COUPONS:
        return ()
    return (blocker("cart-full.coupons", most=MAX_COUPONS),)


def why_no_effect(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon takes nothing off `cart`, be it applied or not."""
    code = code.upper()
    coupon = site.coupons.get(code)
    if coupon is None:
        return (blocker("unknown-coupon", coupon=code),)
    found = (
        _not_yet(code, coupon, now),
        _over(code, coupon, now),
        _elsewhere(code, coupon, cart),
        _too_little(code, coupon, cart),
        _nothing_to_take_from(code, coupon, cart),
    )
    return tuple(objection for objection in found if objection is not None)


def values(cart: Cart) -> dict[LineKey, Decimal]:
    """Each line's value, before anything is taken off."""
    return {
        (shipment_id, line_id): line.quantity * line.placed_price
        for shipment_id, shipment in cart.shipments.items()
        for line_id, line in shipment.lines.items()
    }


def meant_for(coupon: Coupon, cart: Cart) -> list[LineKey]:
    """The lines that the coupon is for."""
    return [
        (shipment_id, line_id)
        for shipment_id, shipment in cart.shipments.items()
        for line_id, line in shipment.lines.items()
        if not coupon.skus or line.sku in coupon.skus
    ]


def shipping_costs(cart: Cart) -> dict[str, Decimal]:
    """What each shipment that will be sent costs by its method."""
    return {
        shipment_id: shipment.destination.shipping_cost
        for shipment_id, shipment in cart.shipments.items()
        if shipment.lines and shipment.destination
    }


def _not_yet(code: str, coupon: Coupon, now: datetime) -> Blocker | None:
    if coupon.valid_from is None or coupon.begun(now):
        return None
    return blocker("coupon-not-yet-valid", coupon=code, moment=_moment(coupon.valid_from))


def _over(code: str, coupon: Coupon, now: datetime) -> Blocker | None:
    if coupon.valid_until is None or not coupon.over(now):
        return None
    return blocker("coupon-expired", coupon=code, moment=_moment(coupon.valid_until))


def _elsewhere(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    if coupon.sold_in(cart.market, cart.currency):
        return None
    return blocker("coupon-not-in-market", coupon=code, market=cart.market)


def _too_little(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    least = coupon.minimum.get(cart.currency)
    value = sum(values(cart).values(), zero(cart.currency))
    if least is None or value >= least:
        return None
    told = {"least": least, "value": value, "currency": cart.currency}
    return blocker("below-minimum", coupon=code, **told)


def _nothing_to_take_from(code: str, coupon: Coupon, cart: Cart) -> Blocker | None:
    if coupon.scope == "shipping":
        return None if shipping_costs(cart) else blocker("nothing-for-coupon.method", coupon=code)
    if meant_for(coupon, cart):
        return None
    if coupon.skus:
        return blocker("nothing-for-coupon.skus", coupon=code, skus=", ".join(coupon.skus))
    return blocker("nothing-for-coupon", coupon=code)


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
