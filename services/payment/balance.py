"""What every event about money says beside itself: the balance after it, and what that means."""

from decimal import Decimal
from typing import TypedDict

from services.payment.state import Account
from shared.contracts import Message, payments


class Balance(TypedDict):
    """The fields that every event about a payment has in common."""

    order_id: str
    currency: str
    paid: Decimal
    outstanding: Decimal


def balance(account: Account, paid: Decimal) -> Balance:
    """The common fields once `paid` is what was paid."""
    return Balance(
        order_id=account.order_id,
        currency=account.currency,
        paid=paid,
        outstanding=account.total - paid,
    )


def paid_status_events(
    account: Account, paid: Decimal, total: Decimal | None = None
) -> list[Message]:
    """`OrderPaid` or `OrderUnpaid`, if `paid` is on the other side of the total than before.

    The total is the account's, unless another one is given. Paid in full = outstanding ≤ 0 (rules:
    Statuses). A canceled order owes nothing any more, so for it nothing is crossed.
    """
    total = account.total if total is None else total
    in_full = paid >= total
    if account.canceled or in_full == account.paid_in_full:
        return []
    event = payments.OrderPaid if in_full else payments.OrderUnpaid
    return [event(order_id=account.order_id, currency=account.currency, total=total, paid=paid)]
