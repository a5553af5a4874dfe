"""The time of an authorization is over: it is renewed or expires (`../authorization_expiry.py`)."""

from collections.abc import Sequence

from services.payment.account_book import AccountBook
from services.payment.authorization_expiry import end_authorization
from services.payment.preconditions import require_account, require_payment
from services.payment.state import Account
from shared.contracts import Message, payments
from shared.runtime.decider import Context


def expire(
    command: payments.Expire, account: Account | None, context: Context
) -> Sequence[Message]:
    """Ends an authorization if it is the one that expires then; a repeat changes nothing.

    It doesn't compare the time with a clock: the command comes when the time is over. While a
    provider is busy with the authorization, its answer is waited for.
    """
    account = require_account(account, command.order_id)
    payment = require_payment(account, command.payment_id)
    if payment.expires_at != command.expires_at or payment.expired or payment.expiry_delayed:
        return []
    if pending := account.pending_of(payment.payment_id):
        if pending.renews == payment.payment_id:
            return []
        return [
            payments.ExpiryDelayed(
                order_id=account.order_id,
                payment_id=payment.payment_id,
                expires_at=command.expires_at,
            )
        ]
    book = AccountBook(account)
    end_authorization(book, book.account.payments[payment.payment_id], context)
    return book.happened
