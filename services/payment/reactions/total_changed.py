"""The order's total changed after an edit (rules: Orders, "edit")."""

from collections.abc import Sequence

from services.payment.balance import paid_status_events
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.contracts.money import zero
from shared.runtime.decider import Context


def change_total(
    fact: orders.LinesChanged, account: Account | None, _context: Context
) -> Sequence[Message]:
    """Records the new total and the balance.

    An overpayment shows until it is refunded. A canceled order owes nothing, so its total stays.
    The order's total is that of everything ordered; what returns have taken off it stays off.
    """
    if account is None or account.canceled:
        return []
    total = max(zero(account.currency), fact.total - account.returned)
    if total == account.total:
        return []
    paid = account.sums.paid
    changed = payments.TotalChanged(
        order_id=account.order_id,
        currency=account.currency,
        total=total,
        paid=paid,
        outstanding=total - paid,
    )
    return [changed, *paid_status_events(account, paid, total)]
