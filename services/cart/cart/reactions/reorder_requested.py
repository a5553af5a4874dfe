"""A draft made of an order (rules: Orders, "reorder").

Every line that is gone, short or repriced is named in the summary, and the rest stands. The order
service waits for the answer, so a no is an event as well.
"""

from collections.abc import Iterator, Sequence

from services.cart.cart.allowed import why_no_market
from services.cart.cart.coupon_rules import why_no_coupon, why_no_more
from services.cart.cart.order_lookup import why_id_reused
from services.cart.cart.reordered_line import ReorderedLines
from services.cart.cart.state import Cart, evolve
from services.cart.cart.totals_on_events import tell_at_last
from shared.contracts import Message
from shared.contracts.carts import CouponApplied, Deleted, DraftCreated, LineSet, ShipmentSet
from shared.contracts.error_texts import blocker, id_reused
from shared.contracts.money import zero
from shared.contracts.orders import Line, Shipment
from shared.contracts.reorders import (
    CartReordered,
    CartReorderRefused,
    CreateReorder,
    ReorderedCoupon,
    ReorderedLine,
    SettleReorder,
    ShipmentLeftOpen,
)
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Rejected, refuse

# No ids in these words: they go into a message that takes nothing like a card number.
TAKEN = id_reused("A cart with this id")
DELETED = blocker("deleted", what="The cart with this id", when="", by="")


def create_reorder(
    command: CreateReorder, cart: Cart | Deleted | None, context: Context
) -> Sequence[Message]:
    """The draft with all that can be had once more, and the summary; or why there is none."""
    try:
        if cart is not None:
            refuse((DELETED if isinstance(cart, Deleted) else TAKEN,))
        refuse(why_id_reused(command.cart_id, context))
        return tell_at_last(_draft(command, context), context)
    except Rejected as no:
        refused = CartReorderRefused(
            cart_id=command.cart_id,
            order_id=command.order_id,
            order_number=command.order_number,
            reason=no.reason,
        )
        return [refused]


def answer(event: CartReordered | CartReorderRefused) -> SettleReorder:
    """What the order service hears."""
    refusal = event.reason if isinstance(event, CartReorderRefused) else None
    return SettleReorder(order_id=event.order_id, cart_id=event.cart_id, refusal=refusal)


def _draft(command: CreateReorder, context: Context) -> list[Message]:
    created = DraftCreated(
        cart_id=command.cart_id,
        market=command.market,
        currency=command.currency,
        customer=command.customer,
    )
    draft = Cart(command.cart_id, command.market, command.currency, command.customer)
    refuse(why_no_market(draft, context.site))
    methods = context.site.markets[command.market].shipping_methods
    shelf = ReorderedLines(command, context.known)
    events: list[Message] = [created]
    lines: list[ReorderedLine] = []
    left_open: list[ShipmentLeftOpen] = []
    for shipment in command.shipments:
        if method := methods.get(shipment.shipping_method):
            events.append(
                ShipmentSet(
                    cart_id=command.cart_id,
                    shipment_id=shipment.shipment_id,
                    address=shipment.address,
                    shipping_method=shipment.shipping_method,
                    shipping_cost=method.price,
                )
            )
        else:
            left_open.append(_left_open(shipment, command.market))
        for line in shipment.lines:
            again = shelf.again(shipment.shipment_id, line)
            lines.append(again)
            if again.price is not None:
                events.append(_line_set(command, line, again))
    for event in events[1:]:
        evolve(draft, event)
    coupons = list(_coupons(command, draft, context))
    events += (
        CouponApplied(cart_id=command.cart_id, code=coupon.code)
        for coupon in coupons
        if coupon.why_not is None
    )
    summary = CartReordered(
        cart_id=command.cart_id,
        order_id=command.order_id,
        order_number=command.order_number,
        lines=tuple(lines),
        coupons=tuple(coupons),
        left_open=tuple(left_open),
    )
    return [*events, summary]


def _line_set(command: CreateReorder, line: Line, again: ReorderedLine) -> LineSet:
    return LineSet(
        cart_id=command.cart_id,
        shipment_id=again.shipment_id,
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        placed_price=again.price or zero(command.currency),
        tax=zero(command.currency),  # until the totals are told
        preorder=line.preorder,
    )


def _left_open(shipment: Shipment, market: str) -> ShipmentLeftOpen:
    message = (
        f"Shipment {shipment.shipment_id}: {market} doesn't ship by {shipment.shipping_method} "
        "any more; set it anew."
    )
    return ShipmentLeftOpen(
        shipment_id=shipment.shipment_id,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        message=message,
    )


def _coupons(command: CreateReorder, draft: Cart, context: Context) -> Iterator[ReorderedCoupon]:
    """Each coupon of the order, once; those that count are applied to `draft`."""
    for code in dict.fromkeys(code.upper() for code in command.coupons):
        no = why_no_coupon(code, draft, context.site, context.now) or why_no_more(draft)
        yield ReorderedCoupon(code=code, why_not=Reason.of(*no) if no else None)
        if not no:
            draft.coupons.append(code)
