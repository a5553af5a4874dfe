"""The amounts of an order, for dry runs."""

from decimal import Decimal

from services.order.commands.edit_lines import expected_content
from services.order.returns.state import Return
from services.order.returns.worth import costs_of, valued, worth_of
from services.order.state import Order
from shared.contracts.money import zero
from shared.contracts.replies import Amounts
from shared.runtime.decider import Context


def amounts(order: Order | None, context: Context) -> Amounts | None:
    """Returns total, discounts and taxes once everything that is requested is done, and what open
    returns and refunds of shipping give back; None while there is no order.
    """
    if order is None:
        return None
    content = expected_content(order, context)
    canceled = set(content.goods) if order.waits_for("cancel") else order.canceled
    off, total = content.bill(canceled)
    owed = [each for each in content.shipments if each.shipment_id not in canceled]
    lines = [line for each in owed for line in each.lines]
    nothing: Decimal = zero(content.currency)
    refunds = [_refund(order, back) for back in order.returns.values()]
    has_shipped = "Shipped" in order.shipments.values()
    return Amounts(
        currency=content.currency,
        total=total,
        discount=sum((line.discount for line in lines), off),
        tax=sum((line.tax for line in lines), nothing)
        + sum((each.shipping_tax for each in owed), nothing),
        refund=sum(refunds, _pending_shipping(order)) if has_shipped else None,
    )


def _pending_shipping(order: Order) -> Decimal:
    """The shipping costs whose refund is pending."""
    pending = (each.amount for each in order.shipping_refunds.values() if each.request)
    return sum(pending, zero(order.content.currency))


def _refund(order: Order, back: Return) -> Decimal:
    """What an open return gives back if what is expected, or has arrived, is accepted."""
    nothing = zero(order.content.currency)
    if not back.is_open:
        return nothing
    if back.request is not None and back.worth is not None:
        worth = back.worth.total
    else:
        pieces = back.announced if back.status == "AwaitingStockReturn" else back.arrived
        costs, others = costs_of(order.content, order.canceled), order.other_returns(back.return_id)
        worth = worth_of(valued(costs, pieces, others, order.refunded_shipping))
    return max(worth - back.transferred, nothing)
