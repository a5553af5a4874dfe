"""Complete a return: what it is worth is refunded (rules: Returns and exchanges, "money").

The payment service refunds it; its answer settles the command (`../reactions/return_refunded.py`).
"""

from collections.abc import Iterator

from services.order.returns.allowed import why_no_complete, why_no_manual_method
from services.order.returns.preconditions import require_return
from services.order.returns.state import Return
from services.order.returns.worth import costs_of, returned_shipments, valued
from services.order.state import Order
from shared.contracts import returns
from shared.contracts.error_texts import blocker
from shared.contracts.money import exact, zero
from shared.contracts.replies import Blocker
from shared.contracts.returns import Worth
from shared.contracts.totals import writable
from shared.pricing.discounts import LineKey
from shared.runtime.decider import Context, Decision, refuse


def complete_return(
    command: returns.CompleteReturn, order: Order | None, context: Context
) -> Decision:
    """Requests the refund of what the accepted pieces are worth."""
    order, back = require_return(command, order)
    refuse(why_no_complete(back))
    refuse([*_why_not(command, order, back, context)])
    currency = order.content.currency
    nothing = zero(currency)
    fee = nothing if command.fee is None else exact(command.fee, currency, "fee")
    extra = nothing
    if command.adjustment is not None:
        extra = exact(command.adjustment, currency, "adjustment")
    costs = costs_of(order.content, order.canceled)
    others = order.other_returns(back.return_id)
    lines = valued(costs, _accepted(command, back), others, order.refunded_shipping)
    shipments = returned_shipments(costs, lines, others) if command.shipping else ()
    goods = sum((line.goods for line in lines), nothing)
    tax = sum((line.tax for line in lines), nothing)
    refunded = order.refunded_shipping
    left = (costs.shipping[each] - refunded.get(each, nothing) for each in shipments)
    shipping = sum((max(each, nothing) for each in left), nothing)
    total = writable(max(goods + tax + shipping - fee + extra, nothing), "adjustment")
    transferred = back.transferred + nothing
    requested = returns.ReturnCompletionRequested(
        order_id=order.order_id,
        return_id=back.return_id,
        order_number=order.number,
        request=context.cause,
        currency=currency,
        worth=Worth(
            goods=goods, tax=tax, shipping=shipping, fee=fee, adjustment=extra, total=total
        ),
        transferred=transferred,
        refund=max(total - transferred, nothing),
        decisions=command.decisions,
        method=command.method,
        reference=command.reference,
        note=command.note,
        lines=tuple(lines),
        shipments=shipments,
    )
    return Decision([requested], deferred=True)


def _accepted(command: returns.CompleteReturn, back: Return) -> dict[LineKey, int]:
    """Returns how many pieces of each line are refunded.

    By default those that arrived; a person's decision is about all pieces of a line.
    """
    accepted = back.arrived
    for line in command.decisions:
        key = (line.shipment_id, line.line_id)
        accepted[key] = back.announced[key] if line.decision == "accepted" else 0
    return accepted


def _why_not(
    command: returns.CompleteReturn, order: Order, back: Return, context: Context
) -> Iterator[Blocker]:
    for line in command.decisions:
        if (line.shipment_id, line.line_id) not in back.lines:
            yield blocker(
                "unknown-line.return",
                return_id=back.return_id,
                shipment=line.shipment_id,
                line=line.line_id,
            )
    yield from why_no_manual_method(order, command.method, context.site)
