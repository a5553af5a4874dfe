"""A placed order opens its account with the checkout's payments."""

from collections.abc import Sequence

from services.payment.authorization_expiry import expires_at
from services.payment.balance import balance, paid_status_events
from services.payment.ledger import Payment, sums
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.contracts.checkout import ConvertedPayment
from shared.runtime.decider import Context


def open_account(
    placed: orders.Placed, account: Account | None, context: Context
) -> Sequence[Message]:
    """Opens the account and records the checkout's payments, each with the balance after it."""
    if account is not None:
        return []
    opened = payments.AccountOpened(
        order_id=placed.order_id,
        order_number=placed.order_number,
        market=placed.market,
        currency=placed.currency,
        total=placed.total,
    )
    account = Account(placed.order_id, placed.market, placed.currency, placed.total)
    happened: list[Message] = [opened]
    paid = account.sums.paid
    authorized_at = min(placed.converted_at, context.now)  # a checkout's clock may be fast
    for payment in placed.payments:
        made = _payment(payment)
        paid += sums([made]).paid
        recorded = payments.Recorded(
            **balance(account, paid),
            payment_id=payment.payment_id,
            amount=payment.amount,
            method=payment.method,
            transaction_type=payment.transaction_type,
            status=payment.status,
            reference=payment.reference,
            recorded_at=context.now,
            expires_at=expires_at(made, authorized_at, context.site),
        )
        happened.append(recorded)
    return happened + paid_status_events(account, paid)


def _payment(payment: ConvertedPayment) -> Payment:
    return Payment(
        payment.payment_id,
        payment.method,
        payment.transaction_type,
        payment.amount,
        payment.status,
        payment.reference,
    )
