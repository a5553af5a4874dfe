"""Edit the lines and discounts of an order: the shipments are asked first (rules: Orders, "edit").

The shipments decide whether an edit comes in time, because releases are decided there; the order
service knows what it costs. Several edits may wait at once, each for its own answer.
"""

from services.order.allowed import why_no_edit
from services.order.content import Content
from services.order.edit_rules import why_not
from services.order.new_total import method_price, tax_rate
from services.order.preconditions import require_order
from services.order.repricing import shipping_price
from services.order.state import Order
from shared.contracts import orders
from shared.contracts.address import Address
from shared.contracts.error_texts import id_reused
from shared.contracts.line_edits import find
from shared.contracts.money import all_exact, zero
from shared.contracts.order_edits import (
    Destination,
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.runtime.decider import Context, Decision, refuse
from shared.site import Site

Command = (
    orders.AddLine | orders.ChangeLine | orders.RemoveLine | orders.MoveLine | orders.SetDiscount
)


def edit(command: Command, order: Order | None, context: Context) -> Decision:
    """Requests an edit from the shipments.

    Nothing if the order has that content already, which can only be known while no other edit is
    pending.
    """
    order = require_order(order, command.order_id)
    refuse(why_no_edit(order, context.site))
    all_exact(command, order.content.currency)
    if isinstance(command, orders.AddLine) and _is_there(command, order, context):
        return Decision()
    expected = expected_content(order, context)
    wanted = _edit(command, order, expected, context.site)
    refuse(why_not(expected, wanted, order.canceled))
    after = expected.edited(wanted, tax_rate(order, context), order.canceled)
    after.bill(order.canceled)
    if after == expected and not order.edits:
        return Decision()
    asked = orders.LinesChangeRequested(
        order_id=order.order_id, request=context.cause, edit=wanted, splits=order.splits
    )
    return Decision([asked], deferred=True)


def _is_there(command: orders.AddLine, order: Order, context: Context) -> bool:
    """Whether this command added the line, with the same content, whatever was edited since."""
    if find(order.content.goods, command.shipment_id, command.line_id) is None:
        return False
    if context.same is False:
        refuse([id_reused(f"Line {command.line_id} of shipment {command.shipment_id}")])
    return context.same is True


def expected_content(order: Order, context: Context) -> Content:
    """Returns the content of the order if every pending edit is made."""
    content = order.content
    for waiting in order.edits.values():
        if not why_not(content, waiting, order.canceled):
            content = content.edited(waiting, tax_rate(order, context), order.canceled)
    return content


def _edit(command: Command, order: Order, expected: Content, site: Site) -> Edit:
    """Returns the edit that a command requests."""
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
    """Returns the move. A new shipment costs what the market charges for its method."""
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
    """A shipment that an edit removed comes back at its old cost, any other at today's price."""
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
