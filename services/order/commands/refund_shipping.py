"""Refund a shipping cost without a return, for example because a parcel came late.

The order decides, because it knows what shipping cost, and which returns gave it back already. The
payment service refunds it; its answer settles the command (`../reactions/return_refunded.py`).
"""

from services.order.preconditions import require_order
from services.order.returns.allowed import (
    why_no_manual_method,
    why_no_shipping_refund,
)
from services.order.state import Order
from shared.contracts import orders
from shared.contracts.error_texts import blocker
from shared.contracts.money import exact
from shared.runtime.decider import Context, Decision, refuse, rejected
from shared.runtime.decider.identity import require_same_content


def refund_shipping(
    command: orders.RefundShipping, order: Order | None, context: Context
) -> Decision:
    """Requests the refund; nothing for a repeat of it.

    Never more than what is left of the shipment's cost after its discounts.
    """
    order = require_order(order, command.order_id)
    if command.refund_id in order.shipping_refunds or command.refund_id in order.returns:
        require_same_content(context, f"Refund {command.refund_id}", otherwise=False)
        return Decision()
    if command.shipment_id not in order.shipments:
        raise rejected("unknown-shipment", shipment=command.shipment_id)
    most = order.shipping_left()[command.shipment_id]
    refuse(
        [
            *why_no_shipping_refund(order, command.shipment_id, most),
            *why_no_manual_method(order, command.method, context.site),
        ]
    )
    currency = order.content.currency
    amount = most if command.amount is None else exact(command.amount, currency, "amount")
    if not amount:
        raise rejected("amount-zero")
    if amount > most:
        told = {"wanted": f"{amount:f}", "most": f"{most:f}", "currency": currency}
        refuse([blocker("too-much", verb="refunded", **told)])
    requested = orders.ShippingRefundRequested(
        order_id=order.order_id,
        order_number=order.number,
        refund_id=command.refund_id,
        shipment_id=command.shipment_id,
        request=context.cause,
        currency=currency,
        amount=amount,
        reason=command.reason,
        method=command.method,
        reference=command.reference,
    )
    return Decision([requested], deferred=True)
