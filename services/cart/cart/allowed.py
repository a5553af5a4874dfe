"""Why not? Each action on a cart with everything that stands in its way.

Commands are refused with the same blockers (contract: `waybill.cart.explain.v1`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.cart.cart.coupon_rules import why_no_more
from services.cart.cart.preconditions import require_cart
from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from services.cart.customer.allowed import why_no_room as why_no_room_in_book
from services.cart.customer.state import Customer as Record
from shared.contracts import Malformed, carts
from shared.contracts.address import Address
from shared.contracts.checkout import MAX_LINES
from shared.contracts.error_texts import blocker, unknown_method
from shared.contracts.replies import Action, Blocker
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.deletion import was_deleted
from shared.site import Market, Site

Blockers = tuple[Blocker, ...]


CONVERT_PENDING = blocker("convert-pending")


NO_COUPONS = (blocker("no-coupons"),)


NO_LINES = (blocker("no-lines"),)


def why_no_change(cart: Cart) -> Blockers:
    """A cart changes until it becomes an order."""
    if cart.status == "CheckedOut":
        return (blocker("checked-out", cart=cart.cart_id),)
    return ()


def why_gone(deleted: carts.Deleted) -> Blocker:
    """What stands in the way of everything: the cart was deleted."""
    return was_deleted(f"Cart {deleted.cart_id}", deleted.at, deleted.by)


def why_no_book(cart: Cart, record: Record | None) -> Blockers:
    """Only a customer on record has an address book."""
    if cart.customer_id is None:
        return (blocker("no-customer"),)
    if record is None:
        return (blocker("unknown-customer.book", customer=cart.customer_id),)
    return ()


def why_no_address(record: Record, address_id: str) -> Blockers:
    """An address is chosen from those of the book."""
    if address_id in record.addresses:
        return ()
    return (blocker("unknown-address", customer=record.customer_id, address=address_id),)


def why_no_entry(record: Record, address: Address) -> Blockers:
    """An address enters the book if it is there already, or there is room."""
    return () if record.has(address) else why_no_room_in_book(record)


def why_no_market(cart: Cart, site: Site) -> Blockers:
    """Prices and taxes are the market's, as long as the site has it, with the cart's currency."""
    market = site.markets.get(cart.market)
    if market and market.currency == cart.currency:
        return ()
    return (blocker("unknown-market", market=cart.market, currency=cart.currency),)


def why_no_method(cart: Cart, method: str | None, site: Site) -> Blockers:
    """A shipment goes by one of the market's methods; None asks whether there is any."""
    market = site.markets.get(cart.market)
    allowed = market.shipping_methods if market else {}
    if method in allowed or (method is None and allowed):
        return ()
    return (unknown_method(cart.market, method, allowed),)


def why_no_room(cart: Cart) -> Blockers:
    """An order has so many lines at most (contract: `waybill.cart.converted.v1`)."""
    if cart.line_count < MAX_LINES:
        return ()
    return (blocker("cart-full", most=MAX_LINES),)


def why_no_convert(cart: Cart, site: Site, now: datetime) -> Blockers:
    """An order needs a line at least, for every line an address and a method, a total to write.

    An id that belongs to another order makes no second one.
    """
    if cart.converting is not None:
        return (CONVERT_PENDING,)
    if ended := why_no_change(cart):
        return ended
    if cart.refusal is not None:
        return cart.refusal.blockers
    found = why_no_market(cart, site)
    if not cart.line_count:
        found += NO_LINES
    found += tuple(
        blocker("shipment-not-set", shipment=shipment_id)
        for shipment_id, shipment in cart.shipments.items()
        if shipment.lines and shipment.destination is None
    )
    return found or _why_no_total(cart, site, now)


def _why_no_total(cart: Cart, site: Site, now: datetime) -> Blockers:
    """What coupons took off may count no more, and taxes may have risen."""
    try:
        price(cart, site, now)
    except Malformed as too_much:
        return (blocker("too-much.total", field=too_much.field),)
    return ()


def explain(question: carts.Explain, cart: Cart | None, context: Context) -> Sequence[Action]:
    """Every command of the contract on this cart, and what it would meet now."""
    cart = require_cart(cart, question.cart_id)
    site = context.site
    return [
        *_on_the_cart(cart, context),
        *_on_its_lines(cart, site),
        *_on_its_coupons(cart, site),
    ]


def _on_the_cart(cart: Cart, context: Context) -> Iterator[Action]:
    of, ended, site = cart.cart_id, why_no_change(cart), context.site
    changed = ended or why_no_market(cart, site)
    # It is there already: to start it once more does nothing, as long as it may change.
    yield Action.judged(carts.CreateDraft, of, ended, done=not ended)
    yield Action.judged(carts.SetShipment, of, changed or why_no_method(cart, None, site))
    yield Action.judged(carts.AddLine, of, changed or why_no_room(cart))
    converted = cart.status == "CheckedOut" and cart.converting is None
    blockers = why_no_convert(cart, site, context.now)
    yield Action.judged(carts.Convert, of, blockers, done=converted)
    yield Action.judged(carts.Delete, of, ended)


def _on_its_lines(cart: Cart, site: Site) -> Iterator[Action]:
    ended = why_no_change(cart)
    changed = ended or why_no_market(cart, site)
    # Of an empty cart nothing can be taken off, of the order neither.
    empty = () if cart.line_count else NO_LINES
    yield Action.judged(carts.SetDiscount, cart.cart_id, changed or empty)
    if not cart.line_count:
        yield Action.judged(carts.ChangeLine, cart.cart_id, changed or NO_LINES)
        yield Action.judged(carts.RemoveLine, cart.cart_id, ended or NO_LINES)
    for shipment_id, shipment in cart.shipments.items():
        for line_id in shipment.lines:
            of = f"{shipment_id}/{line_id}"
            yield Action.judged(carts.ChangeLine, of, changed)
            yield Action.judged(carts.RemoveLine, of, ended)
            yield Action.judged(carts.SetDiscount, of, changed)


def _on_its_coupons(cart: Cart, site: Site) -> Iterator[Action]:
    ended = why_no_change(cart)
    empty = () if cart.line_count else NO_LINES
    changed = ended or why_no_market(cart, site)
    yield Action.judged(carts.ApplyCoupon, cart.cart_id, changed or empty or why_no_more(cart))
    if not cart.coupons:
        yield Action.judged(carts.RemoveCoupon, cart.cart_id, ended or NO_COUPONS)
    for code in cart.coupons:
        yield Action.judged(carts.RemoveCoupon, code, ended)


def require_open_cart(cart: Cart | None, cart_id: str) -> Cart:
    """`cart`, or a refusal if there is none, or none that changes any more."""
    cart = require_cart(cart, cart_id)
    refuse(why_no_change(cart))
    return cart


def require_market(cart: Cart, context: Context) -> Market:
    """The cart's market, or a refusal if the site has it no more."""
    refuse(why_no_market(cart, context.site))
    return context.site.markets[cart.market]
