"""What may be done with a cart now (contract: `waybill.cart.explain.v1`)."""

from collections.abc import Iterator, Sequence

from services.cart.actions import (
    NO_COUPONS,
    NO_LINES,
    why_no_change,
    why_no_convert,
    why_no_market,
    why_no_method,
    why_no_room,
)
from services.cart.coupons import why_no_more
from services.cart.requests import known
from services.cart.state import Cart
from shared.contracts import carts
from shared.contracts.replies import Action
from shared.runtime.decider import Context
from shared.site import Site


def explain(question: carts.Explain, cart: Cart | None, context: Context) -> Sequence[Action]:
    """Every command of the contract on this cart, and what it would meet now."""
    cart = known(cart, question.cart_id)
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
