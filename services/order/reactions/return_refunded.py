"""The payment service's answer to the completion of a return, or to a refund of shipping."""

from services.order.state import Order
from shared.contracts import orders, returns
from shared.contracts.money import zero
from shared.runtime.decider import Context, Decision, DeferredOutcome


def settle_refund(fact: returns.ReturnRefunded, order: Order | None, _context: Context) -> Decision:
    """Settles what the refund is for: a return, or a shipping cost."""
    return _settle_shipping(fact, order) if fact.shipping else _settle_completion(fact, order)


def _settle_shipping(fact: returns.ReturnRefunded, order: Order | None) -> Decision:
    refund = order.shipping_refunds.get(fact.return_id) if order else None
    if order is None or refund is None or refund.request is None:
        return Decision()
    about = {
        "order_id": order.order_id,
        "order_number": order.number,
        "refund_id": refund.refund_id,
        "shipment_id": refund.shipment_id,
        "currency": fact.currency,
        "refunded": fact.refunded,
    }
    outcome = DeferredOutcome(refund.request, fact.refusal)
    if fact.refusal is None:
        return Decision([orders.ShippingRefunded.model_validate(about)], outcomes=[outcome])
    refused = orders.ShippingRefundRefused.model_validate({**about, "reason": fact.refusal})
    return Decision([refused], outcomes=[outcome])


def _settle_completion(fact: returns.ReturnRefunded, order: Order | None) -> Decision:
    """Completes the return, or records why its refund failed; it awaits completion again then."""
    back = order.returns.get(fact.return_id) if order else None
    if order is None or back is None or back.request is None or back.worth is None:
        return Decision()
    about = {
        "order_id": order.order_id,
        "return_id": back.return_id,
        "order_number": order.number,
    }
    outcome = DeferredOutcome(back.request, fact.refusal)
    if fact.refusal is not None:
        refused = returns.ReturnCompletionRefused(
            **about, refunded=fact.refunded, reason=fact.refusal
        )
        return Decision([refused], outcomes=[outcome])
    completed = returns.ReturnCompleted(
        **about,
        refunded=fact.refunded,
        currency=fact.currency,
        worth=back.worth,
        transferred=back.transferred + zero(fact.currency),
    )
    return Decision([completed], outcomes=[outcome])
