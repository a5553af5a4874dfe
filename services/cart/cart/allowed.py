"""Which actions a cart allows now, and the blockers of those that it doesn't.

Commands are rejected with the same blockers (contract: `waybill.cart.explain.v1`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.cart.cart.coupon_rules import why_no_more_coupons
from services.cart.cart.preconditions import require_cart
from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from services.cart.customer.allowed import why_no_more_addresses
from services.cart.customer.state import Customer as CustomerRecord
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
    """Why `cart` can't change: it was converted to an order."""
    if cart.status == "CheckedOut":
        return (blocker("checked-out", cart=cart.cart_id),)
    return ()


def why_gone(deleted: carts.Deleted) -> Blocker:
    """Why no action on the cart is possible: it was deleted."""
    return was_deleted(f"Cart {deleted.cart_id}", deleted.at, deleted.by)


def why_no_address_book(cart: Cart, record: CustomerRecord | None) -> Blockers:
    """Why `cart` has no address book: its customer has no record."""
    if cart.customer_id is None:
        return (blocker("no-customer"),)
    if record is None:
        return (blocker("unknown-customer.book", customer=cart.customer_id),)
    return ()


def why_no_address(record: CustomerRecord, address_id: str) -> Blockers:
    """Why `address_id` can't be used: the address book doesn't contain it."""
    if address_id in record.addresses:
        return ()
    return (blocker("unknown-address", customer=record.customer_id, address=address_id),)


def why_no_book_entry(record: CustomerRecord, address: Address) -> Blockers:
    """Why the book can't take `address`: it is full, and doesn't contain the address yet."""
    return () if record.has(address) else why_no_more_addresses(record)


def why_no_market(cart: Cart, site: Site) -> Blockers:
    """Why `cart` can't be priced: the site has no market with its name and currency."""
    market = site.markets.get(cart.market)
    if market and market.currency == cart.currency:
        return ()
    return (blocker("unknown-market", market=cart.market, currency=cart.currency),)


def why_no_method(cart: Cart, method: str | None, site: Site) -> Blockers:
    """Why the market doesn't ship by `method`; None stands for any method at all."""
    market = site.markets.get(cart.market)
    allowed = market.shipping_methods if market else {}
    if method in allowed or (method is None and allowed):
        return ()
    return (unknown_method(cart.market, method, allowed),)


def why_no_more_lines(cart: Cart) -> Blockers:
    """Why `cart` takes no further line: it has `MAX_LINES`.

    (contract: `waybill.cart.converted.v1`)
    """
    if cart.line_count < MAX_LINES:
        return ()
    return (blocker("cart-full", most=MAX_LINES),)


def why_no_convert(cart: Cart, site: Site, now: datetime) -> Blockers:
    """Why `cart` can't be converted to an order.

    It needs at least one line, an address and a method for every line, and a total that the
    contract can hold. A cart that the order service refused stays refused.
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
    """Why the total is too large: coupons may have expired, and taxes risen, in the meantime."""
    try:
        price(cart, site, now)
    except Malformed as too_much:
        return (blocker("too-much.total", field=too_much.field),)
    return ()


def explain(question: carts.Explain, cart: Cart | None, context: Context) -> Sequence[Action]:
    """Every command of the contract on this cart, with its blockers."""
    cart = require_cart(cart, question.cart_id)
    site = context.site
    return [
        *_cart_actions(cart, context),
        *_line_actions(cart, site),
        *_coupon_actions(cart, site),
    ]


def _cart_actions(cart: Cart, context: Context) -> Iterator[Action]:
    of, ended, site = cart.cart_id, why_no_change(cart), context.site
    changed = ended or why_no_market(cart, site)
    # The cart exists already: creating it again does nothing while the cart may change.
    yield Action.judged(carts.CreateDraft, of, ended, done=not ended)
    yield Action.judged(carts.SetShipment, of, changed or why_no_method(cart, None, site))
    yield Action.judged(carts.AddLine, of, changed or why_no_more_lines(cart))
    converted = cart.status == "CheckedOut" and cart.converting is None
    blockers = why_no_convert(cart, site, context.now)
    yield Action.judged(carts.Convert, of, blockers, done=converted)
    yield Action.judged(carts.Delete, of, ended)


def _line_actions(cart: Cart, site: Site) -> Iterator[Action]:
    ended = why_no_change(cart)
    changed = ended or why_no_market(cart, site)
    # An empty cart has nothing to discount, neither lines nor an order total.
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


def _coupon_actions(cart: Cart, site: Site) -> Iterator[Action]:
    ended = why_no_change(cart)
    empty = () if cart.line_count else NO_LINES
    changed = ended or why_no_market(cart, site)
    yield Action.judged(
        carts.ApplyCoupon, cart.cart_id, changed or empty or why_no_more_coupons(cart)
    )
    if not cart.coupons:
        yield Action.judged(carts.RemoveCoupon, cart.cart_id, ended or NO_COUPONS)
    for code in cart.coupons:
        yield Action.judged(carts.RemoveCoupon, code, ended)


def require_open_cart(cart: Cart | None, cart_id: str) -> Cart:
    """Returns `cart`; raises `Rejected` if there is none, or if it can't change any more."""
    cart = require_cart(cart, cart_id)
    refuse(why_no_change(cart))
    return cart


def require_market(cart: Cart, context: Context) -> Market:
    """Returns the cart's market; raises `Rejected` if the site no longer has it."""
    refuse(why_no_market(cart, context.site))
    return context.site.markets[cart.market]
