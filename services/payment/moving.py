"""Money that moves after it was recorded: captured, voided, refunded.

Each in part or, without an amount, by a default that never overshoots: a capture takes what the
order still owes, a refund gives back what the payment has brought in and not given back (rules:
"Defaults never overshoot"). What is done already is done: the same command again is no error and
has no second effect. What came by a provider, the provider is asked to move.
"""

from collections.abc import Sequence
from decimal import Decimal

from services.payment.actions import (
    capture_is_done,
    default_capture,
    why_no_capture,
    why_no_refund,
    why_no_void,
    why_not_that_much,
)
from services.payment.asking import provider_of
from services.payment.balance import balance, crossing
from services.payment.requesting import ask
from services.payment.requests import checked, known, known_payment
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.runtime.decider import Context, Decision, refuse

Moved = Decision | Sequence[Message]


def capture(command: payments.Capture, account: Account | None, context: Context) -> Moved:
    """Takes what an authorization has set aside. That was counted already: nothing is paid anew.

    An amount that is given may be more than the order owes, not more than is authorized.
    """
    account = known(account, command.order_id)
    payment = known_payment(account, command.payment_id)
    checked(command.amount, account)
    if command.amount is None and capture_is_done(account, payment):
        return []
    refuse(why_no_capture(account, payment, command.amount))
    most = account.free.left_to_capture(payment)
    if command.amount is None:
        amount = default_capture(account, payment)
    else:
        amount = _at_most(command.amount, most, "captured", account)
    if provider := provider_of(payment.method, context.site):
        return ask(account, payment, "capture", amount, provider, context)
    return [
        payments.Captured(
            **balance(account, account.sums.paid), payment_id=payment.payment_id, amount=amount
        )
    ]


def void(command: payments.Void, account: Account | None, context: Context) -> Moved:
    """Lets go of what an authorization still sets aside; that money counts no more."""
    account = known(account, command.order_id)
    payment = known_payment(account, command.payment_id)
    if payment.is_voided:
        return []
    refuse(why_no_void(account, payment))
    amount = account.free.left_to_capture(payment)
    if provider := provider_of(payment.method, context.site):
        return ask(account, payment, "void", amount, provider, context)
    paid = account.sums.paid - amount
    voided = payments.Voided(**balance(account, paid), payment_id=payment.payment_id, amount=amount)
    return [voided, *crossing(account, paid)]


def refund(command: payments.Refund, account: Account | None, context: Context) -> Moved:
    """Gives captured money back, after a cancellation too."""
    account = known(account, command.order_id)
    payment = known_payment(account, command.payment_id)
    checked(command.amount, account)
    if command.amount is None and payment.is_refunded:
        return []
    refuse(why_no_refund(account, payment))
    most = account.free.left_to_refund(payment)
    amount = most if command.amount is None else command.amount
    amount = _at_most(amount, most, "refunded", account)
    if provider := provider_of(payment.method, context.site):
        return ask(account, payment, "refund", amount, provider, context)
    paid = account.sums.paid - amount
    refunded = payments.Refunded(
        **balance(account, paid), payment_id=payment.payment_id, amount=amount
    )
    return [refunded, *crossing(account, paid)]


def _at_most(amount: Decimal, most: Decimal, verb: str, account: Account) -> Decimal:
    if amount > most:
        refuse([why_not_that_much(account, amount, most, verb)])
    return amount
