"""Reactions to a new total of an order, after an edit or a return."""

from collections.abc import Sequence
from decimal import Decimal

from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_all
from shared.contracts import Message
from shared.contracts.money import ZERO, zero
from shared.contracts.orders import LinesChanged
from shared.contracts.payments import TotalChanged
from shared.contracts.shipments import TotalNoted
from shared.runtime.decider import Context


def record_total(fact: LinesChanged, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Notes the new total, and requests stock if the paid amount covers it.

    The order service's total is that of everything ordered; what returns have taken off it stays
    off.
    """
    total = max(zero(fact.currency), fact.total - order.returned)
    if not order.is_known or (order.total == total and fact.request not in order.unpriced):
        return []
    noted = _noted(fact, total, order)
    return [noted, *request_all(evolve(order.copy(), noted), context)]


def record_returned(fact: TotalChanged, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Notes what returns have taken off the total, before the refund makes less of it paid.

    So a shipment that waits stays paid while goods of another one are returned. Totals after edits
    come from the order service (`record_total`).
    """
    returned = fact.returned
    if returned is None or returned == order.returned or order.total is None or not order.open:
        return []
    total = max(zero(fact.currency), order.total + order.returned - returned)
    noted = _noted(fact, total, order, returned)
    return [noted, *request_all(evolve(order.copy(), noted), context)]


def _noted(
    fact: LinesChanged | TotalChanged,
    total: Decimal,
    order: Fulfilment,
    returned: Decimal | None = None,
) -> TotalNoted:
    paid = order.paid or ZERO
    return TotalNoted(
        order_id=fact.order_id,
        request=fact.request if isinstance(fact, LinesChanged) else None,
        in_full=order.paid is not None and paid >= total,
        currency=fact.currency,
        total=total,
        outstanding=total - paid,
        returned=returned,
    )
