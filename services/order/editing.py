"""Editing what an order holds: a question to the shipments, and then a new total.

The shipments decide whether an edit comes in time, for releases are decided there; the order knows
what it costs. Until the shipments have agreed, those who asked wait; edits may wait side by side,
each for its own answer (rules: Orders, "edit").
"""

from collections.abc import Sequence
from decimal import Decimal

from services.order.actions import why_no_edit
from services.order.content import Content, as_edited
from services.order.objections import why_not
from services.order.repricing import shipping_price
from services.order.requests import known
from services.order.state import Order
from services.order.words import of_total, summary
from shared.contracts import Message, orders, shipments
from shared.contracts.address import Address
from shared.contracts.editing import (
    Destination,
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.error_texts import id_reused, unknown_method
from shared.contracts.goods import find
from shared.contracts.money import all_exact, zero
from shared.runtime.decider import Context, Decision, Settlement, refuse
from shared.site import Site

Command = (
    orders.AddLine | orders.ChangeLine | orders.RemoveLine | orders.MoveLine | orders.SetDiscount
)


def edit(command: Command, order: Order | None, context: Context) -> Decision:
    """Asks the shipments; nothing if the order is like that already.

    Whether it is can only be said while no other edit waits.
    """
    order = known(order, command.order_id)
    refuse(why_no_edit(order))
    all_exact(command, order.content.currency)
    if isinstance(command, orders.AddLine) and _is_there(command, order, context):
        return Decision()
    expected = _expected(order, context)
    wanted = _edit(command, order, expected, context.site)
    refuse(why_not(expected, wanted, order.canceled))
    after = expected.edited(wanted, rate_of(order, context), order.canceled)
    after.bill(order.canceled)
    if after == expected and not order.edits:
        return Decision()
    asked = orders.LinesChangeRequested(order_id=order.order_id, request=context.cause, edit=wanted)
    return Decision([asked], deferred=True)


def _is_there(command: orders.AddLine, order: Order, context: Context) -> bool:
    """Whether the line was added with just this content, whatever was edited since."""
    if find(order.content.goods, command.shipment_id, command.line_id) is None:
        return False
    if context.same is False:
        refuse([id_reused(f"Line {command.line_id} of shipment {command.shipment_id}")])
    return context.same is True


def lines_changed(fact: shipments.LinesChanged, order: Order | None, context: Context) -> Decision:
    """The shipments have agreed: the edit is made, and this is what the order costs now."""
    if order is None or (made := order.edits.get(fact.request)) is None:
        return Decision()
    after = order.content.edited(made, rate_of(order, context), order.canceled)
    words = summary(made, order.content, after)
    return Decision([told(order, after, fact.request, words)], settles=[Settlement(fact.request)])


def lines_change_refused(
    fact: shipments.LinesChangeRefused, order: Order | None, _context: Context
) -> Decision:
    """It came too late, or another edit was there before it: the order stays as it is."""
    if order is None or fact.request not in order.edits:
        return Decision()
    refused = orders.LinesChangeRefused(
        order_id=order.order_id, request=fact.request, reason=fact.reason
    )
    return Decision([refused], settles=[Settlement(fact.request, fact.reason)])


def without(order: Order, canceled: Sequence[str], because: str, context: Context) -> list[Message]:
    """The new total once nobody pays for `canceled` shipments any more; none if it is the same.

    The rules stay with the order: a share of the order is a share of what is left of it.
    """
    gone = {*order.canceled, *canceled}
    after = order.content.repriced(rate_of(order, context), gone)
    _, total = after.bill(gone)
    if total == order.content.total:
        return []
    return [told(order, after, None, because, gone)]


def told(
    order: Order,
    after: Content,
    request: str | None,
    words: str,
    canceled: set[str] | None = None,
) -> orders.LinesChanged:
    """The event that tells what the order holds and costs `after` a change, `words` said first."""
    canceled = order.canceled if canceled is None else canceled
    off, total = after.bill(canceled)
    return orders.LinesChanged(
        order_id=order.order_id,
        order_number=order.number,
        request=request,
        currency=after.currency,
        shipments=tuple(
            as_edited(each, each.lines, canceled=each.shipment_id in canceled)
            for each in after.shipments
        ),
        order_discount=off,
        order_discount_granted=max(off, after.granted),
        total=total,
        manual_discount=after.manual_discount or zero(after.currency),
        pricing=after.pricing,
        summary=f"{words} {of_total(order.content.total, total, after.currency)}",
    )


def _expected(order: Order, context: Context) -> Content:
    """What the order will hold if every edit that waits is made."""
    content = order.content
    for waiting in order.edits.values():
        if not why_not(content, waiting, order.canceled):
            content = content.edited(waiting, rate_of(order, context), order.canceled)
    return content


def rate_of(order: Order, context: Context) -> Decimal | None:
    """The tax rate of the order's market; None if the site has it no more."""
    market = context.site.markets.get(order.market)
    return market.tax_rate if market else None


def _edit(command: Command, order: Order, expected: Content, site: Site) -> Edit:
    """The edit that a command asks for."""
    match command:
        case orders.AddLine():
            return LineAdded(**command.model_dump(exclude={"order_id"}))
        case orders.ChangeLine():
            given = command.model_dump(exclude={"order_id", "discount"})
            by_hand = zero(order.content.currency) if command.cleared else command.discount
            return LineAltered(**given, manual_discount=by_hand)
        case orders.RemoveLine():
            return LineTaken(shipment_id=command.shipment_id, line_id=command.line_id)
        case orders.MoveLine():
            return _move(command, order, expected, site)
        case orders.SetDiscount(shipment_id=str(shipment_id), line_id=str(line_id)):
            return LineAltered(
                shipment_id=shipment_id, line_id=line_id, manual_discount=command.amount
            )
        case orders.SetDiscount():
            return DiscountSet(amount=command.amount, beside=True)


def _move(command: orders.MoveLine, order: Order, expected: Content, site: Site) -> LineMoved:
    """The move; a shipment that is to be made costs what the market asks for its method."""
    destination = None
    if command.address is not None and command.shipping_method is not None:
        there = expected.shipment(command.to_shipment_id)
        destination = (
            Destination(
                address=command.address,
                shipping_method=command.shipping_method,
                shipping_cost=there.shipping_cost,
            )
            if there
            else _destination(command.address, command.shipping_method, command, order, site)
        )
    return LineMoved(
        shipment_id=command.shipment_id,
        line_id=command.line_id,
        quantity=command.quantity,
        to_shipment_id=command.to_shipment_id,
        to_line_id=command.to_line_id or command.line_id,
        destination=destination,
    )


def _destination(
    address: Address, method: str, command: orders.MoveLine, order: Order, site: Site
) -> Destination:
    """A shipment that an edit emptied comes back at what it cost, any other at today's price."""
    for gone in reversed(order.content.gone):
        if (gone.shipment_id, gone.shipping_method) == (command.to_shipment_id, method):
            return Destination(
                address=address,
                shipping_method=method,
                shipping_cost=shipping_price(gone),
                shipping_tax=gone.shipping_tax,
            )
    price = method_price(method, order, site)
    return Destination(address=address, shipping_method=method, shipping_cost=price)


def method_price(method: str, order: Order, site: Site) -> Decimal:
    """What the market asks for a method. Raises `Rejected` if it doesn't offer that."""
    market = site.markets.get(order.market)
    offered = market.shipping_methods if market else {}
    if method not in offered:
        refuse([unknown_method(order.market, method, offered)])
    return offered[method].price
