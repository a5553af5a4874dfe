"""Ask a payment provider: nothing counts as paid or moved until it has answered.

The answer comes as `payment.settle` (`reactions/provider_result.py`).
"""

from collections.abc import Sequence
from decimal import Decimal

from services.payment.balance import balance
from services.payment.ledger import Payment
from services.payment.provider_request import request_id
from services.payment.state import Account
from shared.contracts import Message
from shared.contracts.payments import ProviderAction, Requested
from shared.runtime.decider import Context, Decision

Moved = Decision | Sequence[Message]  # what a command that moves money decides


def ask_provider(
    account: Account,
    payment: Payment,
    action: ProviderAction,
    amount: Decimal,
    provider: str,
    context: Context,
) -> Decision:
    """Asks the provider; the command's outcome follows from the answer."""
    asked = provider_requested(account, payment, action, amount, provider, context)
    return Decision([asked.model_copy(update={"waiting": context.cause})], deferred=True)


def provider_requested(
    account: Account,
    payment: Payment,
    action: ProviderAction,
    amount: Decimal,
    provider: str,
    context: Context,
    return_id: str | None = None,
    renews: str | None = None,
) -> Requested:
    """Returns the event that the provider was asked, with no command waiting.

    `return_id` is the return that is refunded by it, if one is; `renews` the authorization that
    `payment` replaces.
    """
    return Requested(
        **balance(account, account.sums.paid),
        payment_id=payment.payment_id,
        request_id=request_id(account.order_id, len(account.requests) + 1),
        provider=provider,
        action=action,
        amount=amount,
        method=payment.method,
        transaction_type=payment.transaction_type,
        reference=payment.reference,
        provider_reference=payment.provider_reference,
        requested_at=context.now,
        waiting=None,
        return_id=return_id,
        renews=renews,
    )
