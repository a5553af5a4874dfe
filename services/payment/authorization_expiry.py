"""How an authorization ends when its time is over (docs/decisions/0048).

How long it lasts is `authorization_days` of the payment method in the site file, from the time when
it was authorized. Then what is left of it expires, and the order owes it again. If the method says
`renew`, its provider is asked for a new one first, over what is still to be captured; the old one
expires with the answer, whatever that is. So each authorization is renewed at most once.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from services.payment.account_book import AccountBook
from services.payment.ask_provider import provider_requested
from services.payment.balance import balance
from services.payment.ledger import Payment
from services.payment.provider_request import provider_of
from services.payment.return_refund import free_id
from services.payment.state import Account
from shared.contracts import Message
from shared.contracts.payments import AuthorizationExpired, Requested
from shared.runtime.decider import Context
from shared.site import Site

_SUFFIX = re.compile(r"-renewed(-\d+)?$")


def expires_at(payment: Payment, authorized_at: datetime, site: Site) -> datetime | None:
    """Returns when a payment that was authorized at this time expires; None: never."""
    method = site.payment_methods.get(payment.method)
    processed = payment.transaction_type == "Authorization" and payment.status == "Processed"
    if not processed or method is None or method.authorization_days is None:
        return None
    return authorized_at + timedelta(days=method.authorization_days)


def end_authorization(book: AccountBook, payment: Payment, context: Context) -> None:
    """Asks for a new authorization, or notes that what is left of this one has expired.

    Nothing happens if nothing is left. No provider may be busy with it.
    """
    account = book.account
    if asked := _renewal(account, payment, context):
        book.note(asked)
        return
    book.note(*expired(account, payment))
    book.note_paid_status()


def end_delayed(book: AccountBook, context: Context) -> None:
    """Ends the authorizations whose time was over before a provider answered."""
    for payment in book.account.delayed:
        if book.account.pending_of(payment.payment_id) is None:
            end_authorization(book, payment, context)


def expired(account: Account, payment: Payment, renewed_by: str | None = None) -> Iterator[Message]:
    """Yields the event that what is left of an authorization has expired, if something is."""
    left = account.free.left_to_capture(payment)
    if left > 0 and payment.expires_at is not None:
        yield AuthorizationExpired(
            **balance(account, account.sums.paid - left),
            payment_id=payment.payment_id,
            amount=left,
            expires_at=payment.expires_at,
            renewed_by=renewed_by,
        )


def _renewal(account: Account, payment: Payment, context: Context) -> Requested | None:
    """The request for a new authorization; None if none is needed, or the method isn't renewed."""
    method = context.site.payment_methods.get(payment.method)
    provider = provider_of(payment.method, context.site)
    if method is None or not method.renew or provider is None or account.canceled:
        return None
    amount = min(account.free.left_to_capture(payment), account.uncaptured)
    if amount <= 0:
        return None
    new = Payment(
        free_id(account, f"{_SUFFIX.sub('', payment.payment_id)}-renewed"),
        payment.method,
        "Authorization",
        amount,
        "Pending",
        payment.reference,
        provider_reference=payment.provider_reference,
    )
    renews = payment.payment_id
    return provider_requested(account, new, "add", amount, provider, context, renews=renews)
