"""Add a payment by hand, for example by telephone (rules: Orders, "add payment")."""

from collections.abc import Sequence
from decimal import Decimal

from services.payment.allowed import (
    creditable,
    why_no_add,
    why_no_method,
    why_pending,
    why_too_much,
)
from services.payment.ask_provider import ask_provider
from services.payment.authorization_expiry import expires_at
from services.payment.balance import balance, paid_status_events
from services.payment.ledger import Payment, sums
from services.payment.preconditions import require_account, require_amount
from services.payment.provider_request import provider_of
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.contracts.totals import writable
from shared.runtime.decider import Context, Decision, refuse, rejected
from shared.runtime.decider.identity import require_same_content


def add(
    command: payments.Add, account: Account | None, context: Context
) -> Decision | Sequence[Message]:
    """Returns the processed payment; without an amount, everything that is outstanding.

    If the method has a provider, that is asked first. A payment may exceed what is outstanding, but
    not while a provider has a request pending: clicking twice pays once. Repeating a payment
    changes nothing.
    """
    account = require_account(account, command.order_id)
    require_amount(command.amount, account)
    if made := account.payments.get(command.payment_id):
        require_same_content(context, f"Payment {made.payment_id}", _is_alike(made, command))
        _refuse_unanswered(account, made)
        return []
    refuse(
        why_no_add(account, command.transaction_type)
        + why_no_method(account, command.method, context.site)
    )
    amount = _amount(command, account)
    payment = Payment(
        command.payment_id,
        command.method,
        command.transaction_type,
        amount,
        "Processed",
        command.reference,
    )
    paid = writable(account.sums.paid + sums([payment]).paid, "amount")
    if provider := provider_of(command.method, context.site):
        return ask_provider(account, payment, "add", amount, provider, context)
    recorded = payments.Recorded(
        **balance(account, paid),
        payment_id=payment.payment_id,
        amount=amount,
        method=payment.method,
        transaction_type=payment.transaction_type,
        status=payment.status,
        reference=payment.reference,
        recorded_at=context.now,
        expires_at=expires_at(payment, context.now, context.site),
    )
    return [recorded, *paid_status_events(account, paid)]


def _is_alike(made: Payment, command: payments.Add) -> bool:
    """Whether the payment is just as the command asks."""
    return (
        made.method == command.method
        and made.transaction_type == command.transaction_type
        and made.reference == command.reference
        and command.amount in (None, made.amount)
    )


def _refuse_unanswered(account: Account, made: Payment) -> None:
    """Raises `Rejected` if the provider hasn't answered, or has declined."""
    if pending := account.pending_of(made.payment_id):
        refuse([why_pending(pending)])
    if made.status == "Failed" and (reason := account.declined(made.payment_id)):
        raise rejected("declined", reason=reason)


def _amount(command: payments.Add, account: Account) -> Decimal:
    """Returns the command's amount or its default: what is outstanding, or for a credit what
    is overpaid.
    """
    if command.transaction_type != "Credit":
        return _towards(account, command.amount)
    overpaid = -account.outstanding - account.pending_out
    if command.amount is None and overpaid <= 0:
        raise rejected("amount-missing")
    most = creditable(account)
    amount = min(overpaid, most) if command.amount is None else command.amount
    if amount > most:
        refuse([why_too_much(account, amount, most, "given back")])
    return amount


def _towards(account: Account, amount: Decimal | None) -> Decimal:
    """Returns the amount of a payment; pending requests count as paid."""
    most = account.outstanding - account.pending_in
    if amount is None:
        return most
    if account.pending_in and amount > most:
        refuse([why_too_much(account, amount, most, "added before a provider has answered")])
    return amount
