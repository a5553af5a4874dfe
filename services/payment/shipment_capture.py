"""Captures what is due for the shipments that were released or have shipped, and voids the rest.

It captures only in markets that say so (`capture` in the site file). What is due is a level, not a
step: the account captures until so much is captured, whatever was captured, sold or refunded by
hand before. So nothing is captured twice, and what a hold or a provider delays is made up for by
the next fact.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import wraps
from typing import Any

from services.payment.account_book import AccountBook
from services.payment.ask_provider import provider_requested
from services.payment.balance import balance
from services.payment.ledger import Payment
from services.payment.provider_request import provider_of
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.contracts.money import zero
from shared.contracts.payments import ProviderAction
from shared.runtime.decider import Context, Decision, Handler
from shared.site.hold_texts import on_hold


def then_capture(handler: Handler) -> Handler:
    """Returns a handler that captures what is due after what `handler` decides."""

    @wraps(handler)
    def handle(message: Any, account: Account | None, context: Context) -> Any:
        decided: Decision | Sequence[Message] = handler(message, account, context)
        decision = decided if isinstance(decided, Decision) else Decision(decided)
        if account is None or not (_is_due(account) or _becomes_due(decision)):
            return decided
        book = AccountBook(account)
        book.note(*decision.events)
        capture_due(book, context)
        if len(book.happened) == len(decision.events):
            return decided
        return Decision(book.happened, decision.deferred, decision.outcomes)

    return handle


def capture_due(book: AccountBook, context: Context) -> None:
    """Takes the next steps: captures what is due, and voids the rest once nothing more ships or is
    owed.

    Nothing happens while a hold stops captures. An authorization whose capture was declined is
    asked again when more is due. One whose time is over pays nothing, but what renews it does.
    """
    account = book.account
    if account.canceled or on_hold(account.holds.values(), context.site):
        return
    for payment in list(_idle(account, context)) if account.capture_due is not None else ():
        amount = min(missing(account), account.free.left_to_capture(payment))
        if amount > 0 and payment.payment_id not in account.declined_captures:
            _move(book, payment, "capture", amount, context)
    if account.is_final and _nothing_owed(account):
        for payment in list(_idle(account, context)):
            amount = account.free.left_to_capture(payment)
            if amount > 0 and payment.payment_id not in account.declined_voids:
                _move(book, payment, "void", amount, context)
        book.note_paid_status()


def missing(account: Account) -> Decimal:
    """What is due and neither captured nor being captured.

    What came back isn't due any more; what was refunded by hand isn't captured again.
    """
    asked = sum((ask.takes for ask in account.pending), zero(account.currency))
    due = min((account.capture_due or zero(account.currency)) - account.returned, account.total)
    return due - account.sums.taken - account.refunded_by_hand - asked


def _is_due(account: Account) -> bool:
    return account.capture_due is not None or account.is_final


def _becomes_due(decision: Decision) -> bool:
    noted = payments.CaptureDueNoted | payments.ShippingEnded
    return any(isinstance(event, noted) for event in decision.events)


def _nothing_owed(account: Account) -> bool:
    """Whether nothing will be captured any more; otherwise the authorizations are kept."""
    if any(account.pending):
        return False
    return missing(account) <= 0 if account.capture_due is not None else account.uncaptured == 0


def _idle(account: Account, context: Context) -> Iterator[Payment]:
    """Yields the authorizations that are still valid and without a pending request, the oldest
    first.
    """
    for payment in account.payments.values():
        processed = payment.transaction_type == "Authorization" and payment.status == "Processed"
        valid = processed and not payment.is_over(context.now)
        if valid and account.pending_of(payment.payment_id) is None:
            yield payment


def _move(
    book: AccountBook, payment: Payment, action: ProviderAction, amount: Decimal, context: Context
) -> None:
    account = book.account
    if provider := provider_of(payment.method, context.site):
        book.note(provider_requested(account, payment, action, amount, provider, context))
    elif action == "capture":
        now = balance(account, account.sums.paid)
        book.note(payments.Captured(**now, payment_id=payment.payment_id, amount=amount))
    else:
        now = balance(account, account.sums.paid - amount)
        book.note(payments.Voided(**now, payment_id=payment.payment_id, amount=amount))
