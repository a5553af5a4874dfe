"""Refund captured money, in part or by default all that is left of the payment."""

from services.payment.allowed import at_most, why_no_refund
from services.payment.ask_provider import Moved, ask_provider
from services.payment.balance import balance, paid_status_events
from services.payment.preconditions import require_account, require_amount, require_payment
from services.payment.provider_request import provider_of
from services.payment.state import Account
from shared.contracts import payments
from shared.runtime.decider import Context, refuse


def refund(command: payments.Refund, account: Account | None, context: Context) -> Moved:
    """Refunds captured money, also after a cancellation."""
    account = require_account(account, command.order_id)
    payment = require_payment(account, command.payment_id)
    require_amount(command.amount, account)
    if command.amount is None and payment.is_refunded:
        return []
    refuse(why_no_refund(account, payment))
    most = account.free.left_to_refund(payment)
    amount = most if command.amount is None else command.amount
    amount = at_most(amount, most, "refunded", account)
    if provider := provider_of(payment.method, context.site):
        return ask_provider(account, payment, "refund", amount, provider, context)
    paid = account.sums.paid - amount
    refunded = payments.Refunded(
        **balance(account, paid), payment_id=payment.payment_id, amount=amount
    )
    return [refunded, *paid_status_events(account, paid)]
