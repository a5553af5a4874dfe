"""Capture an authorized payment, in part or by default as much as the order still owes.

The default never captures too much (rules: "Defaults never overshoot"). A capture that is done
already succeeds and changes nothing. A payment made through a provider is captured by the provider.
"""

from services.payment.allowed import at_most, capture_is_done, default_capture, why_no_capture
from services.payment.ask_provider import Moved, ask_provider
from services.payment.balance import balance
from services.payment.preconditions import require_account, require_amount, require_payment
from services.payment.provider_request import provider_of
from services.payment.state import Account
from shared.contracts import payments
from shared.runtime.decider import Context, refuse


def capture(command: payments.Capture, account: Account | None, context: Context) -> Moved:
    """Captures an authorization, which counts as paid already: the balance stays.

    A given amount may exceed what the order owes, but not what is authorized.
    """
    account = require_account(account, command.order_id)
    payment = require_payment(account, command.payment_id)
    require_amount(command.amount, account)
    if command.amount is None and capture_is_done(account, payment):
        return []
    refuse(why_no_capture(account, payment, context, command.amount))
    most = account.free.left_to_capture(payment)
    if command.amount is None:
        amount = default_capture(account, payment)
    else:
        amount = at_most(command.amount, most, "captured", account)
    if provider := provider_of(payment.method, context.site):
        return ask_provider(account, payment, "capture", amount, provider, context)
    return [
        payments.Captured(
            **balance(account, account.sums.paid), payment_id=payment.payment_id, amount=amount
        )
    ]
