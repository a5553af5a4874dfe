"""Refunds returns (rules: Returns and exchanges, "money").

The payments that paid give back, the newest first, each at most what it captured and hasn't given
back; or a manual method does. Providers may take a while: a refund has its result once each of them
has answered. What was never captured isn't refunded: its authorization is voided as far as nothing
is owed for it.
"""

from collections.abc import Iterator
from decimal import Decimal

from services.payment.account_book import AccountBook
from services.payment.ask_provider import provider_requested
from services.payment.balance import balance
from services.payment.ledger import Payment
from services.payment.provider_request import LONGEST_ID, provider_of
from services.payment.return_money import ReturnMoney
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.contracts.error_texts import blocker
from shared.contracts.money import ZERO, zero
from shared.contracts.payments import ProviderAction, ReturnRefundStarted
from shared.contracts.replies import Reason
from shared.contracts.returns import ReturnRefunded
from shared.runtime.decider import Context


def lower_total(book: AccountBook, money: ReturnMoney, reduced: Decimal) -> None:
    """Takes `reduced` off the order's total for this return, in place of what it took so far.

    The total is never below zero.
    """
    account = book.account
    total = max(zero(account.currency), account.total + money.reduced - reduced)
    if total == account.total:
        return
    paid, lower = account.sums.paid, account.total - total
    shipping = account.shipping_returned + (lower if money.is_shipping else ZERO)
    book.note(
        payments.TotalChanged(
            order_id=account.order_id,
            currency=account.currency,
            total=total,
            paid=paid,
            outstanding=total - paid,
            return_id=money.return_id,
            returned=account.returned + lower,
            shipping_returned=shipping or None,
        )
    )


def start_refund(account: Account, started: ReturnRefundStarted, context: Context) -> list[Message]:
    """Takes what is given back off the order's total, once, and refunds what is missing of it."""
    if account.return_money(started.return_id).request == started.request:
        return []
    book = AccountBook(account)
    book.note(started)
    lower_total(book, book.account.return_money(started.return_id), started.worth)
    book.note_paid_status()
    advance_refunds(book, context)
    return book.happened


def advance_refunds(book: AccountBook, context: Context) -> None:
    """Takes the next steps of every refund under way, and notes the results."""
    for money in list(book.account.returns.values()):
        if money.refunding is not None:
            _advance(book, money, money.refunding, context)


def _advance(
    book: AccountBook, money: ReturnMoney, refunding: ReturnRefundStarted, context: Context
) -> None:
    account = book.account
    if _waits(account, money):
        return
    if money.refusal is None:
        if refunding.method is None:
            _refund_payments(book, money, context)
        else:
            _refund_by_method(book, money, refunding.method, context)
        if _may_be_captured(account, money):
            return
        _void_unowed(book, money, context)
        if _waits(account, money):
            return
    declined = money.refusal
    paid = account.sums.paid
    book.note(
        ReturnRefunded(
            order_id=account.order_id,
            return_id=money.return_id,
            currency=account.currency,
            refunded=money.refunded,
            refusal=Reason.of(blocker("declined", reason=declined)) if declined else None,
            paid=paid,
            outstanding=account.total - paid,
            shipping=money.is_shipping,
        )
    )


def _waits(account: Account, money: ReturnMoney) -> bool:
    return any(ask.return_id == money.return_id for ask in account.pending)


def _missing(account: Account, money: ReturnMoney) -> Decimal:
    """What is still to be refunded without leaving the order unpaid.

    Pending requests count as done.
    """
    asked = (ask.refunds for ask in account.pending if ask.return_id == money.return_id)
    return max(ZERO, min(money.missing - sum(asked, ZERO), account.overpaid))


def _may_be_captured(account: Account, money: ReturnMoney) -> bool:
    """Whether captured money is missing that another request at a provider may still bring."""
    return _missing(account, money) > 0 and any(
        ask.takes or account.payments[ask.payment_id].taken > 0
        for ask in account.pending
        if ask.return_id != money.return_id
    )


def _refund_payments(book: AccountBook, money: ReturnMoney, context: Context) -> None:
    """Refunds payments, the newest first, and passes over those with a pending request."""
    account = book.account
    for payment in list(_newest(account)):
        if account.pending_of(payment.payment_id) is None:
            amount = min(_missing(account, money), account.free.left_to_refund(payment))
            if amount:
                _move(book, money, payment, "refund", amount, context)


def _refund_by_method(book: AccountBook, money: ReturnMoney, method: str, context: Context) -> None:
    """Records a credit of a manual method, or asks the method's provider for it."""
    account = book.account
    missing = _missing(account, money)
    amount = max(ZERO, min(missing, account.free.taken))
    if amount == 0 or (amount < missing and _may_be_captured(account, money)):
        return
    credit = Payment(
        free_id(account, f"return-{money.return_id}"),
        method,
        "Credit",
        amount,
        "Processed",
        money.refunding.reference if money.refunding else None,
    )
    if provider := provider_of(method, context.site):
        of = money.return_id
        book.note(provider_requested(account, credit, "add", amount, provider, context, of))
    else:
        note_credit(book, credit, money.return_id, context)


def note_credit(book: AccountBook, credit: Payment, return_id: str, context: Context) -> None:
    """Records a credit for a return."""
    account = book.account
    book.note(
        payments.Recorded(
            **balance(account, account.sums.paid - credit.amount),
            payment_id=credit.payment_id,
            amount=credit.amount,
            method=credit.method,
            transaction_type="Credit",
            status="Processed",
            reference=credit.reference,
            recorded_at=context.now,
            return_id=return_id,
        )
    )


def _void_unowed(book: AccountBook, money: ReturnMoney, context: Context) -> None:
    """Voids what nobody owes any more of authorizations, the newest first.

    A provider voids all that is left of an authorization or nothing, so it is asked only if nothing
    of it is owed.
    """
    account = book.account
    for payment in list(_newest(account)):
        unowed = min(money.missing, account.overpaid)
        left = account.free.left_to_capture(payment)
        busy = account.pending_of(payment.payment_id) is not None
        if not left or not unowed or busy or (payment.payment_id, "void") in money.tried:
            continue
        if left <= unowed or provider_of(payment.method, context.site) is None:
            _move(book, money, payment, "void", min(left, unowed), context)


def _move(
    book: AccountBook,
    money: ReturnMoney,
    payment: Payment,
    action: ProviderAction,
    amount: Decimal,
    context: Context,
) -> None:
    account, of = book.account, money.return_id
    if provider := provider_of(payment.method, context.site):
        book.note(provider_requested(account, payment, action, amount, provider, context, of))
        return
    event = payments.Voided if action == "void" else payments.Refunded
    now = balance(account, account.sums.paid - amount)
    book.note(event(**now, payment_id=payment.payment_id, amount=amount, return_id=of))


def _newest(account: Account) -> Iterator[Payment]:
    return reversed(account.payments.values())


def free_id(account: Account, wanted: str) -> str:
    """Returns `wanted`, shortened to an id's length, or with a number if a payment has it."""
    name, number = wanted[:LONGEST_ID], 1
    while name in account.payments:
        number += 1
        suffix = f"-{number}"
        name = wanted[: LONGEST_ID - len(suffix)] + suffix
    return name
