"""A payment provider's answer to a request."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from services.payment.account_book import AccountBook
from services.payment.account_closing import ClosingAccount
from services.payment.authorization_expiry import end_delayed, expired, expires_at
from services.payment.balance import balance, paid_status_events
from services.payment.ledger import Payment, sums
from services.payment.preconditions import require_account
from services.payment.provider_request import ProviderRequest
from services.payment.return_refund import advance_refunds
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.contracts.checkout import PaymentStatus
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, DeferredOutcome, rejected

UNSAID = "The payment provider gave no reason."
MOVED: Mapping[str, type[payments.Captured | payments.Voided | payments.Refunded]] = {
    "capture": payments.Captured,
    "void": payments.Voided,
    "refund": payments.Refunded,
}


def settle(command: payments.Settle, account: Account | None, context: Context) -> Decision:
    """Applies the first answer and settles the waiting command.

    The same answer again changes nothing, a different one is refused. The order's status doesn't
    matter: money that moved is recorded, and refunded if the order was canceled.
    """
    account = require_account(account, command.order_id)
    ask = account.requests.get(command.request_id)
    if ask is None:
        raise rejected("unknown-request", request=command.request_id)
    if ask.outcome is not None:
        _refuse_another(ask, command)
        return Decision()
    refusal = None
    if ask.renews is not None:
        happened = _renewal(account, ask, ask.renews, command, context)
    elif command.outcome == "failed":
        reason = command.reason or UNSAID
        refusal = Reason.of(blocker("declined", reason=reason))
        happened = [_failed(account, ask, reason, command, context)]
    else:
        happened = _processed(account, ask, command, context)
    if account.delayed:
        expiries = AccountBook(account)
        expiries.note(*happened)
        end_delayed(expiries, context)
        happened = expiries.happened
    if any(money.refunding for money in account.returns.values()):
        refunds = AccountBook(account)
        refunds.note(*happened)
        advance_refunds(refunds, context)
        happened = refunds.happened
    if account.clearing or account.deleting:
        book = ClosingAccount(account)
        book.note(*happened)
        book.finish(context)
        happened = book.happened
    settles = [DeferredOutcome(ask.waiting, refusal)] if ask.waiting else []
    return Decision(happened, outcomes=settles)


def _refuse_another(ask: ProviderRequest, command: payments.Settle) -> None:
    if ask.outcome != command.outcome:
        raise rejected("answered-already", request=ask.request_id, outcome=ask.outcome)


def _failed(
    account: Account, ask: ProviderRequest, reason: str, command: payments.Settle, context: Context
) -> Message:
    if ask.action == "add":
        paid = account.sums.paid
        return _recorded(account, ask, "Failed", paid, command, context, reason)
    return payments.RequestFailed(
        **balance(account, account.sums.paid),
        payment_id=ask.payment_id,
        amount=ask.amount,
        request_id=ask.request_id,
        action=ask.action,
        reason=reason,
    )


def _renewal(
    account: Account,
    ask: ProviderRequest,
    renewed: str,
    command: payments.Settle,
    context: Context,
) -> list[Message]:
    """The old authorization expires, whatever the answer; a new one takes its place.

    In this order, so that no money counts twice in between.
    """
    book, is_new = AccountBook(account), command.outcome == "processed"
    old = book.account.payments[renewed]
    book.note(*expired(book.account, old, ask.payment_id if is_new else None))
    paid = book.account.sums.paid
    if is_new:
        book.note(_recorded(account, ask, "Processed", paid + ask.amount, command, context))
    else:
        reason = command.reason or UNSAID
        book.note(_recorded(account, ask, "Failed", paid, command, context, reason))
    book.note_paid_status()
    return book.happened


def _processed(
    account: Account, ask: ProviderRequest, command: payments.Settle, context: Context
) -> list[Message]:
    before = account.sums.paid
    if ask.action == "add":
        made = Payment(ask.payment_id, "", ask.transaction_type, ask.amount, "Processed")
        paid = before + sums([made]).paid
        recorded = _recorded(account, ask, "Processed", paid, command, context)
        return [recorded, *paid_status_events(account, paid)]
    paid = before if ask.action == "capture" else before - ask.amount
    moved = MOVED[ask.action](
        **balance(account, paid),
        payment_id=ask.payment_id,
        amount=ask.amount,
        request_id=ask.request_id,
        return_id=ask.return_id,
    )
    return [moved, *paid_status_events(account, paid)]


def _recorded(
    account: Account,
    ask: ProviderRequest,
    status: PaymentStatus,
    paid: Decimal,
    command: payments.Settle,
    context: Context,
    reason: str | None = None,
) -> payments.Recorded:
    payment = account.payments[ask.payment_id]
    made = replace(payment, status=status)
    return payments.Recorded(
        **balance(account, paid),
        payment_id=payment.payment_id,
        amount=payment.amount,
        method=payment.method,
        transaction_type=payment.transaction_type,
        status=status,
        reference=payment.reference,
        recorded_at=context.now,
        request_id=ask.request_id,
        provider_reference=command.provider_reference,
        reason=reason,
        return_id=ask.return_id,
        expires_at=expires_at(made, context.now, context.site),
        renews=ask.renews,
    )
