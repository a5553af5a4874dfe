"""The balance that every event about money carries, and the events when an order becomes
paid or unpaid.
"""

from decimal import Decimal
from typing import TypedDict

from services.payment.state import Account
from shared.contracts import Message, payments


class Balance(TypedDict):
    """The fields that all events about payments share."""

    order_id: str
    currency: str
    paid: Decimal
    outstanding: Decimal


def balance(account: Account, paid: Decimal) -> Balance:
    """Returns the common fields with `paid` as the amount paid."""
    return Balance(
        order_id=account.order_id,
        currency=account.currency,
        paid=paid,
        outstanding=account.total - paid,
    )


def paid_status_events(
    account: Account, paid: Decimal, total: Decimal | None = None
) -> list[Message]:
    """Returns `OrderPaid` or `OrderUnpaid` if the order becomes paid in full, or no longer is.

    Paid in full means outstanding ≤ 0 (rules: Statuses). `total` is the account's by default. A
    canceled order owes nothing, so its status never changes.
    """
    total = account.total if total is None else total
    in_full = paid >= total
    if account.canceled or in_full == account.paid_in_full:
        return []
    event = payments.OrderPaid if in_full else payments.OrderUnpaid
    return [event(order_id=account.order_id, currency=account.currency, total=total, paid=paid)]
