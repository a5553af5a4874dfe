"""Why a coupon doesn't count: nothing, or each reason in words.

`why_no_coupon` answers whoever wants to use one; pricing asks the same of those that are used.
"""

from datetime import datetime
from decimal import Decimal

from services.cart.state import Cart, LineKey
from shared.contracts.money import zero
from shared.contracts.replies import Blocker
from shared.site import Coupon, Site

Blockers = tuple[Blocker, ...]

MAX_COUPONS = 20


def why_no_coupon(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon can't be used on `cart`."""
    found = why_no_effect(code, cart, site, now)
    if code.upper() in cart.coupons:
        message = f"Coupon {code.upper()} is applied already."
        found += (Blocker(code="coupon-applied", message=message),)
    return found


def why_no_more(cart: Cart) -> Blockers:
    """A cart has so many coupons at most."""
    if len(cart.coupons) < MAX_COUPONS:
        return ()
    return (Blocker(code="cart-full", message=f"A cart has at most {MAX_COUPONS} coupons."),)


def why_no_effect(code: str, cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why the coupon takes nothing off `cart`, be it applied or not."""
    code = code.upper()
    coupon = site.coupons.get(code)
    if coupon is None:
        return (Blocker(code="unknown-coupon", message=f"There is no coupon {code}."),)
    told = [
        ("coupon-not-yet-valid", _not_yet(coupon, now)),
        ("coupon-expired", _over(coupon, now)),
        ("coupon-not-in-market", _elsewhere(coupon, cart)),
        ("below-minimum", _too_little(coupon, cart)),
        ("nothing-for-coupon", _nothing_to_take_from(coupon, cart)),
    ]
    return tuple(
        Blocker(code=reason, message=f"Coupon {code} {words}.") for reason, words in told if words
    )


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


def _not_yet(coupon: Coupon, now: datetime) -> str:
    if coupon.valid_from is None or coupon.begun(now):
        return ""
    return f"is valid from {_moment(coupon.valid_from)} on"


def _over(coupon: Coupon, now: datetime) -> str:
    if coupon.valid_until is None or not coupon.over(now):
        return ""
    return f"expired at {_moment(coupon.valid_until)}"


def _elsewhere(coupon: Coupon, cart: Cart) -> str:
    return "" if coupon.sold_in(cart.market, cart.currency) else f"is not for {cart.market}"


def _too_little(coupon: Coupon, cart: Cart) -> str:
    least = coupon.minimum.get(cart.currency)
    value = sum(values(cart).values(), zero(cart.currency))
    if least is None or value >= least:
        return ""
    return (
        f"needs an order of {least} {cart.currency}, and the lines come to {value} {cart.currency}"
    )


def _nothing_to_take_from(coupon: Coupon, cart: Cart) -> str:
    if coupon.scope == "shipping":
        return "" if shipping_costs(cart) else "is for shipping, and nothing has a method yet"
    if meant_for(coupon, cart):
        return ""
    return f"is for {', '.join(coupon.skus)}" if coupon.skus else "needs a line to take from"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
