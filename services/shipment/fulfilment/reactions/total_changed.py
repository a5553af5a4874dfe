"""Reaction to a new total of an order after an edit."""

from collections.abc import Sequence

from services.shipment.fulfilment.state import Fulfilment, evolve
from services.shipment.fulfilment.stock_requests import request_all
from shared.contracts import Message
from shared.contracts.money import ZERO
from shared.contracts.orders import LinesChanged
from shared.contracts.shipments import TotalNoted
from shared.runtime.decider import Context


def record_total(fact: LinesChanged, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Notes the new total, and requests stock if the paid amount covers it."""
    if not order.is_known or (order.total == fact.total and fact.request not in order.unpriced):
        return []
    paid = order.paid or ZERO
    noted = TotalNoted(
        order_id=fact.order_id,
        request=fact.request,
        in_full=order.paid is not None and paid >= fact.total,
        currency=fact.currency,
        total=fact.total,
        outstanding=fact.total - paid,
    )
    return [noted, *request_all(evolve(order.copy(), noted), context)]
