"""Why not? Each action on a return with everything that stands in its way."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from services.order.returns.lifecycle import Trigger, move
from services.order.returns.state import Return
from services.order.state import Order
from shared.contracts import Message, orders, returns
from shared.contracts.error_texts import blocker, unknown_method
from shared.contracts.replies import Action, Blocker
from shared.site import Site

Blockers = tuple[Blocker, ...]


def why_no_return(order: Order) -> Blockers:
    """Goods come back only once they have shipped, and each piece once."""
    if order.waits_for("delete"):
        return (blocker("delete-pending"),)
    shipped = [
        (each.shipment_id, line.line_id)
        for each in order.content.shipments
        if order.shipments[each.shipment_id] == "Shipped"
        for line in each.lines
    ]
    if not shipped:
        return (blocker("nothing-shipped"),)
    if not any(returnable(order, key) for key in shipped):
        return (blocker("nothing-to-return"),)
    return ()


def returnable(order: Order, key: tuple[str, str]) -> int:
    """Returns how many pieces of a shipped line can still be announced; 0 for an unknown line."""
    shipment = order.content.shipment(key[0])
    lines = shipment.lines if shipment else ()
    shipped = sum(line.quantity for line in lines if line.line_id == key[1])
    return max(shipped - sum(back.takes(key) for back in order.returns.values()), 0)


def why_no_receive(back: Return) -> Blockers:
    """Goods are received as long as some are expected."""
    if move(back.status, Trigger.RECEIVE):
        return ()
    return _ended(back) or (blocker("all-accounted", return_id=back.return_id),)


def why_no_complete(back: Return) -> Blockers:
    """A return is completed once every piece is accounted for and nothing is pending."""
    if not move(back.status, Trigger.COMPLETE):
        return _ended(back) or (blocker("goods-expected", return_id=back.return_id),)
    found = _refund_pending(back)
    if back.exchange == "requested":
        found += (blocker("exchange-pending", return_id=back.return_id),)
    return found


def why_no_cancel_return(back: Return) -> Blockers:
    """A return is canceled only if nothing was received and nothing was exchanged for it."""
    if not move(back.status, Trigger.CANCEL):
        return _ended(back)
    found = _refund_pending(back)
    if back.received:
        found += (blocker("goods-received", return_id=back.return_id),)
    if back.exchange in ("requested", "ordered", "Completed"):
        found += (blocker("exchange-placed", return_id=back.return_id),)
    return found


def is_canceled_return(back: Return) -> bool:
    """Whether the return is canceled already."""
    return back.status == "Canceled"


def why_return_stays_open(order: Order) -> Blockers:
    """An order with an open return or exchange, or a pending refund, isn't deleted."""
    found: Blockers = ()
    if any(each.request for each in order.shipping_refunds.values()):
        found += (blocker("refund-pending.shipping"),)
    for back in order.returns.values():
        if back.is_open:
            found += (blocker("return-open", return_id=back.return_id),)
        elif back.awaits_exchange:
            found += (blocker("exchange-open", return_id=back.return_id),)
    return found


def why_no_shipping_refund(order: Order, shipment_id: str, left: Decimal) -> Blockers:
    """The shipping cost of a shipped shipment is refunded once; before, it can be edited.

    `left` is what is left of it.
    """
    if order.waits_for("delete"):
        return (blocker("delete-pending"),)
    if order.shipments[shipment_id] != "Shipped":
        return (blocker("not-shipped.shipping", shipment=shipment_id),)
    if not left:
        return (blocker("nothing-left.shipping", shipment=shipment_id),)
    return ()


def why_no_manual_method(order: Order, method: str | None, site: Site) -> Blockers:
    """A refund is paid by a manual method of the market; None means the payments that paid."""
    market = site.markets.get(order.market)
    named = market.payment_methods if market else ()
    manual = [each for each in named if site.payment_methods[each].manual]
    if method is None or method in manual:
        return ()
    return (unknown_method(order.market, method, manual),)


ACTIONS: Mapping[type[Message], Callable[[Return], Blockers]] = {
    returns.ReceiveReturn: why_no_receive,
    returns.CompleteReturn: why_no_complete,
    returns.CancelReturn: why_no_cancel_return,
}


def return_actions(order: Order) -> Iterator[Action]:
    """Yields the commands about returns: to create one, and about each that there is; and about the
    shipping cost of each shipment.
    """
    for create in (returns.CreateReturn, returns.CreateExchange):
        yield Action.judged(create, order.order_id, why_no_return(order))
    for shipment_id, left in order.shipping_left().items():
        kept = why_no_shipping_refund(order, shipment_id, left)
        yield Action.judged(orders.RefundShipping, shipment_id, kept, default=left)
    if not order.returns:
        for command in ACTIONS:
            yield Action.judged(command, order.order_id, (blocker("no-returns"),))
    for back in order.returns.values():
        for command, blockers in ACTIONS.items():
            done = command is returns.CancelReturn and is_canceled_return(back)
            yield Action.judged(command, back.return_id, blockers(back), done=done)


def _ended(back: Return) -> Blockers:
    if back.status == "Complete":
        return (blocker("return-complete", return_id=back.return_id),)
    if back.status == "Canceled":
        return (blocker("return-canceled", return_id=back.return_id),)
    return ()


def _refund_pending(back: Return) -> Blockers:
    if back.request is None:
        return ()
    return (blocker("refund-pending.return", return_id=back.return_id),)
