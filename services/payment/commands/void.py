"""Void what is left of an authorization."""

from services.payment.allowed import why_no_void
from services.payment.ask_provider import Moved, ask_provider
from services.payment.balance import balance, paid_status_events
from services.payment.preconditions import require_account, require_payment
from services.payment.provider_request import provider_of
from services.payment.state import Account
from shared.contracts import payments
from shared.runtime.decider import Context, refuse


def void(command: payments.Void, account: Account | None, context: Context) -> Moved:
    """Voids what is left of an authorization; it no longer counts as paid."""
    account = require_account(account, command.order_id)
    payment = require_payment(account, command.payment_id)
    if payment.is_voided:
        return []
    refuse(why_no_void(account, payment, context))
    amount = account.free.left_to_capture(payment)
    if provider := provider_of(payment.method, context.site):
        return ask_provider(account, payment, "void", amount, provider, context)
    paid = account.sums.paid - amount
    voided = payments.Voided(**balance(account, paid), payment_id=payment.payment_id, amount=amount)
    return [voided, *paid_status_events(account, paid)]
