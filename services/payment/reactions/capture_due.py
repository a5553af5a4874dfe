"""Shipments were released or have shipped: their share is captured (`../shipment_capture.py`)."""

from collections.abc import Sequence

from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def note_capture_due(
    fact: orders.CaptureDue, account: Account | None, _context: Context
) -> Sequence[Message]:
    """Notes what is due; a canceled order owes nothing."""
    if account is None or account.canceled:
        return []
    noted = payments.CaptureDueNoted(
        order_id=account.order_id,
        currency=account.currency,
        due=fact.amount,
        shipments=fact.shipments,
        final=fact.final,
    )
    return [noted]
