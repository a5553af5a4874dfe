"""What may be done with a cart now (contract: `waybill.cart.explain.v1`)."""

from collections.abc import Iterator, Sequence

from services.cart.actions import (
    NO_LINES,
    why_no_change,
    why_no_convert,
    why_no_market,
    why_no_method,
    why_no_room,
)
from services.cart.requests import known
from services.cart.state import Cart
from shared.contracts import carts
from shared.contracts.replies import Action
from shared.runtime.decider import Context
from shared.site import Site


def explain(question: carts.Explain, cart: Cart | None, context: Context) -> Sequence[Action]:
    """Every command of the contract on this cart, and what it would meet now."""
    cart = known(cart, question.cart_id)
    return [*_on_the_cart(cart, context.site), *_on_its_lines(cart, context.site)]


def _on_the_cart(cart: Cart, site: Site) -> Iterator[Action]:
    of, ended = cart.cart_id, why_no_change(cart)
    changed = ended or why_no_market(cart, site)
    # It is there already: to start it once more does nothing, as long as it may change.
    yield Action.judged(carts.CreateDraft, of, ended, done=not ended)
    yield Action.judged(carts.SetShipment, of, changed or why_no_method(cart, None, site))
    yield Action.judged(carts.AddLine, of, changed or why_no_room(cart))
    converted = cart.status == "CheckedOut"
    yield Action.judged(carts.Convert, of, why_no_convert(cart, site), done=converted)
    yield Action.judged(carts.Delete, of, ended, done=cart.status == "Deleted")


def _on_its_lines(cart: Cart, site: Site) -> Iterator[Action]:
    ended = why_no_change(cart)
    changed = ended or why_no_market(cart, site)
    if not cart.line_count:
        yield Action.judged(carts.ChangeLine, cart.cart_id, changed or NO_LINES)
        yield Action.judged(carts.RemoveLine, cart.cart_id, ended or NO_LINES)
    for shipment_id, shipment in cart.shipments.items():
        for line_id in shipment.lines:
            of = f"{shipment_id}/{line_id}"
            yield Action.judged(carts.ChangeLine, of, changed)
            yield Action.judged(carts.RemoveLine, of, ended)
