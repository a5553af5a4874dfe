"""Events of an order's payments."""

from typing import Literal

from shared.contracts.base import Id, Text, Timestamp, message
from shared.contracts.checkout import PaymentStatus, Reference, TransactionType
from shared.contracts.holds import HoldDetails
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.payments.parts import AboutOrder, AboutPayment, Asked, ProviderAction
from shared.contracts.topics import PAYMENT_EVENTS


class Balance(AboutPayment):
    """Base of events about one payment, with what is paid and outstanding after the event."""

    amount: Amount
    currency: Currency
    paid: Signed
    outstanding: Signed


class _Moved(Balance):
    """Base of captures, voids and refunds.

    `request_id` is set if a provider made it, `return_id` if a return did.
    """

    request_id: Id | None = None
    return_id: Id | None = None


@message("waybill.payment.account-opened.v1", on=PAYMENT_EVENTS)
class AccountOpened(AboutOrder):
    """The payment account of a placed order was opened; the order owes `total`."""

    order_number: str
    market: Id
    currency: Currency
    total: Amount


@message("waybill.payment.recorded.v1", on=PAYMENT_EVENTS)
class Recorded(Balance):
    """A payment was made, or failed.

    return_id   set if a return was refunded by it, or if it moves the worth of a return to the
                exchange order
    expires_at  when the authorization expires; none: never
    renews      the authorization that expired and that this one replaces, or was to replace
    """

    method: Id
    transaction_type: TransactionType
    status: PaymentStatus
    reference: Reference | None
    recorded_at: Timestamp
    request_id: Id | None = None
    provider_reference: Id | None = None
    reason: Text | None = None
    return_id: Id | None = None
    expires_at: Timestamp | None = None
    renews: Id | None = None


@message("waybill.payment.requested.v1", on=PAYMENT_EVENTS)
class Requested(Asked):
    """A payment provider was asked to act. Nothing is paid until its result arrives.

    `waiting` identifies the command whose outcome follows then, if there is one. `return_id` is set
    if it settles a return.
    """

    status: Literal["Pending"] = "Pending"
    paid: Signed
    outstanding: Signed
    waiting: str | None
    return_id: Id | None = None


@message("waybill.payment.request-failed.v1", on=PAYMENT_EVENTS)
class RequestFailed(Balance):
    """A provider refused a capture, void or refund; the payment is unchanged."""

    request_id: Id
    action: ProviderAction
    reason: Text


@message("waybill.payment.captured.v1", on=PAYMENT_EVENTS)
class Captured(_Moved):
    """Authorized money was captured; the outstanding amount doesn't change."""


@message("waybill.payment.voided.v1", on=PAYMENT_EVENTS)
class Voided(_Moved):
    """An authorization was voided, or as much of it as is no longer owed.

    So is the credit that moved the worth of a return to an exchange order, if that is canceled.
    """


@message("waybill.payment.authorization-expired.v1", on=PAYMENT_EVENTS)
class AuthorizationExpired(Balance):
    """What was left of an authorization has expired: `amount` can't be captured any more.

    `renewed_by` is the authorization that replaces it; the event that records it follows.
    """

    expires_at: Timestamp
    renewed_by: Id | None = None


@message("waybill.payment.expiry-delayed.v1", on=PAYMENT_EVENTS)
class ExpiryDelayed(AboutPayment):
    """An authorization's time is over, but a provider is busy with it: it ends with the answer."""

    expires_at: Timestamp


@message("waybill.payment.refunded.v1", on=PAYMENT_EVENTS)
class Refunded(_Moved):
    """Captured money was refunded."""


@message("waybill.payment.total-changed.v1", on=PAYMENT_EVENTS)
class TotalChanged(AboutOrder):
    """The order's total changed to `total`. A negative `outstanding` is overpaid.

    return_id  the return, or the refund of shipping, that changed it, if one did
    returned   how much all of these have taken off the total so far
    shipping_returned  how much of that was refunded shipping, without a return
    """

    currency: Currency
    total: Amount
    paid: Signed
    outstanding: Signed
    return_id: Id | None = None
    returned: Amount | None = None
    shipping_returned: Amount | None = None


@message("waybill.payment.return-refund-started.v1", on=PAYMENT_EVENTS)
class ReturnRefundStarted(AboutOrder):
    """A return is being refunded; `waybill.payment.return-refunded.v1` says how it ended.

    With `shipping`, it is a shipping cost instead; `return_id` is the id of that refund.

    worth      what the return takes off the order's total
    refund     what the customer gets back in all, also by earlier requests
    method     the manual method that pays it; else the payments that paid
    """

    return_id: Id
    request: str
    currency: Currency
    worth: Amount
    refund: Amount
    method: Id | None
    reference: Text | None
    shipping: bool = False


@message("waybill.payment.order-paid.v1", on=PAYMENT_EVENTS)
class OrderPaid(AboutOrder):
    """The order is paid in full."""

    currency: Currency
    total: Amount
    paid: Signed


@message("waybill.payment.order-unpaid.v1", on=PAYMENT_EVENTS)
class OrderUnpaid(AboutOrder):
    """The order is no longer paid in full."""

    currency: Currency
    total: Amount
    paid: Signed


@message("waybill.payment.capture-stopped.v1", on=PAYMENT_EVENTS)
class CaptureStopped(AboutOrder):
    """A hold of the order stops captures."""

    hold: HoldDetails


@message("waybill.payment.capture-resumed.v1", on=PAYMENT_EVENTS)
class CaptureResumed(AboutOrder):
    """These holds, by their ids, no longer stop captures; another hold may."""

    holds: tuple[Id, ...]


@message("waybill.payment.capture-due-noted.v1", on=PAYMENT_EVENTS)
class CaptureDueNoted(AboutOrder):
    """Authorizations are captured until `due` is captured; once `final`, the rest is voided.

    `due` is what the order's shipments cost that were released, or have shipped, before returns.
    """

    currency: Currency
    due: Amount
    shipments: tuple[Id, ...]
    final: bool


@message("waybill.payment.shipping-ended.v1", on=PAYMENT_EVENTS)
class ShippingEnded(AboutOrder):
    """Nothing more of the order ships: once its total is captured, what is left is voided."""


@message("waybill.payment.account-closing.v1", on=PAYMENT_EVENTS)
class AccountClosing(AboutOrder):
    """The order was canceled. The account closes once all provider requests have results."""


@message("waybill.payment.account-closed.v1", on=PAYMENT_EVENTS)
class AccountClosed(AboutOrder):
    """The account of a canceled order was closed: it accepts no more payments."""


@message("waybill.payment.account-deleting.v1", on=PAYMENT_EVENTS)
class AccountDeleting(AboutOrder):
    """The order was deleted. Its account is deleted once all provider requests have results."""

    order_number: str
    by: str | None
    at: Timestamp


@message("waybill.payment.account-deleted.v1", on=PAYMENT_EVENTS)
class AccountDeleted(AboutOrder):
    """The payments of a deleted order were deleted. The tombstone.

    `taken` is what was captured and not refunded, for the books. It and its currency are missing
    if the order never had an account.
    """

    order_number: str
    by: str | None
    at: Timestamp
    currency: Currency | None = None
    taken: Signed | None = None
