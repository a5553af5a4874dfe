"""An exchange order was refused or canceled: what it was paid with comes back."""

from collections.abc import Sequence

from services.payment.account_book import AccountBook
from services.payment.balance import balance
from services.payment.return_refund import advance_refunds, lower_total
from services.payment.state import Account
from shared.contracts import Message, payments, returns
from shared.runtime.decider import Context


def undo_refused(
    fact: returns.ExchangeRefused, account: Account | None, context: Context
) -> Sequence[Message]:
    """Undoes the transfer to an exchange order that couldn't be placed."""
    return _undo(fact.return_id, account, context)


def undo_canceled(
    fact: returns.ExchangeSettled, account: Account | None, context: Context
) -> Sequence[Message]:
    """Undoes the transfer to an exchange order that was canceled."""
    return _undo(fact.return_id, account, context) if fact.status == "Canceled" else []


def _undo(return_id: str, account: Account | None, context: Context) -> Sequence[Message]:
    """Voids the credit, and puts what it took off the total back.

    If the return was completed meanwhile, its worth stays off the total, and what comes back is
    refunded as well.
    """
    if account is None or account.deleting or return_id not in account.returns:
        return []
    book = AccountBook(account)
    money = book.account.returns[return_id]
    if money.credit is None or not money.transferred:
        return []
    amount = money.transferred
    now = balance(account, account.sums.paid + amount)
    book.note(payments.Voided(**now, payment_id=money.credit, amount=amount, return_id=return_id))
    if money.latest is None:
        lower_total(book, money, money.reduced - amount)
    elif money.waits or (money.is_refunded and _refunds_by_itself(account, context)):
        refund = money.latest.worth
        book.note(money.latest.model_copy(update={"refund": refund}))
    book.note_paid_status()
    advance_refunds(book, context)
    return book.happened


def _refunds_by_itself(account: Account, context: Context) -> bool:
    """Whether the market refunds what a cancellation leaves overpaid; else it stays visible."""
    market = context.site.markets.get(account.market)
    return market is not None and market.refund_on_cancel
