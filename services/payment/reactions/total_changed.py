"""The order was edited: what it owes is another amount (rules: Orders, "edit")."""

from collections.abc import Sequence

from services.payment.balance import paid_status_events
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def change_total(
    fact: orders.LinesChanged, account: Account | None, _context: Context
) -> Sequence[Message]:
    """The new total and the balance with it. What was paid too much shows, until it is given back.

    A canceled order owes nothing any more.
    """
    if account is None or account.canceled or fact.total == account.total:
        return []
    paid = account.sums.paid
    changed = payments.TotalChanged(
        order_id=account.order_id,
        currency=account.currency,
        total=fact.total,
        paid=paid,
        outstanding=fact.total - paid,
    )
    return [changed, *paid_status_events(account, paid, fact.total)]
