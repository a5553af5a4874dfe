"""A return, or a shipping cost alone, is to be refunded (rules: Returns and exchanges, "money")."""

from collections.abc import Sequence

from services.payment.return_refund import start_refund
from services.payment.state import Account
from shared.contracts import Message, orders, payments, returns
from shared.runtime.decider import Context


def refund_return(
    fact: returns.ReturnCompletionRequested, account: Account | None, context: Context
) -> Sequence[Message]:
    """Takes what the return is worth off the order's total, and refunds it.

    The total is lowered once, however often a refund has to be requested, and only what is still
    missing is refunded then. What was transferred to an exchange order is off the total already; if
    the return turns out to be worth less, the difference is owed again.
    """
    if account is None or account.deleting:
        return []
    started = payments.ReturnRefundStarted(
        order_id=fact.order_id,
        return_id=fact.return_id,
        request=fact.request,
        currency=fact.currency,
        worth=fact.worth.total,
        refund=fact.refund,
        method=fact.method,
        reference=fact.reference,
    )
    return start_refund(account, started, context)


def refund_shipping(
    fact: orders.ShippingRefundRequested, account: Account | None, context: Context
) -> Sequence[Message]:
    """Takes the shipping cost off the order's total, and refunds it like a return without goods."""
    if account is None or account.deleting:
        return []
    started = payments.ReturnRefundStarted(
        order_id=fact.order_id,
        return_id=fact.refund_id,
        request=fact.request,
        currency=fact.currency,
        worth=fact.amount,
        refund=fact.amount,
        method=fact.method,
        reference=fact.reference,
        shipping=True,
    )
    return start_refund(account, started, context)
