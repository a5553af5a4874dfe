"""Reaction to a reorder: creates a draft from an order (rules: Orders, "reorder").

The summary names every line that is gone, short or repriced. The order service waits for the
answer, so a refusal is an event too.
"""

from collections.abc import Iterator, Sequence

from services.cart.cart.allowed import why_no_market
from services.cart.cart.coupon_rules import why_no_coupon, why_no_more_coupons
from services.cart.cart.customer_lookup import why_customer_gone
from services.cart.cart.evolution import evolve
from services.cart.cart.order_lookup import why_id_reused
from services.cart.cart.reordered_line import ReorderedLines
from services.cart.cart.state import Cart
from services.cart.cart.totals_on_events import with_totals_on_last
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

# These texts name no ids: their message rejects whatever looks like a card number.
ID_TAKEN = id_reused("A cart with this id")
DELETED = blocker("deleted", what="The cart with this id", when="", by="")


def create_reorder(
    command: CreateReorder, cart: Cart | Deleted | None, context: Context
) -> Sequence[Message]:
    """Creates the draft from what is still sold, with a summary; or reports why it can't."""
    try:
        if cart is not None:
            refuse((DELETED if isinstance(cart, Deleted) else ID_TAKEN,))
        refuse(why_id_reused(command.cart_id, context))
        customer = command.customer
        refuse(why_customer_gone(customer.customer_id if customer else None, context.known))
        return with_totals_on_last(_draft(command, context), context)
    except Rejected as rejection:
        refused = CartReorderRefused(
            cart_id=command.cart_id,
            order_id=command.order_id,
            order_number=command.order_number,
            reason=rejection.reason,
        )
        return [refused]


def answer(event: CartReordered | CartReorderRefused) -> SettleReorder:
    """The answer to the order service."""
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
    copies = ReorderedLines(command, context.known)
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
            copy = copies.reorder(shipment.shipment_id, line)
            lines.append(copy)
            if copy.price is not None:
                events.append(_line_set(command, line, copy))
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


def _line_set(command: CreateReorder, line: Line, copy: ReorderedLine) -> LineSet:
    return LineSet(
        cart_id=command.cart_id,
        shipment_id=copy.shipment_id,
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        placed_price=copy.price or zero(command.currency),
        tax=zero(command.currency),  # set together with the totals
        preorder=line.preorder,
    )


def _left_open(shipment: Shipment, market: str) -> ShipmentLeftOpen:
    message = (
        f"Shipment {shipment.shipment_id}: {market} doesn't ship by {shipment.shipping_method} "
        "any more; set another method."
    )
    return ShipmentLeftOpen(
        shipment_id=shipment.shipment_id,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        message=message,
    )


def _coupons(command: CreateReorder, draft: Cart, context: Context) -> Iterator[ReorderedCoupon]:
    """Each coupon of the order, once. Applies those that are valid to `draft`."""
    for code in dict.fromkeys(code.upper() for code in command.coupons):
        blockers = why_no_coupon(code, draft, context.site, context.now) or why_no_more_coupons(
            draft
        )
        yield ReorderedCoupon(code=code, why_not=Reason.of(*blockers) if blockers else None)
        if not blockers:
            draft.coupons.append(code)
