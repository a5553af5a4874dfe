"""An order's money: what can be asked, and what happens to it."""

from typing import Literal

from shared.contracts.base import Id, Message, Text, Timestamp, message
from shared.contracts.checkout import PaymentStatus, Reference, TransactionType
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.topics import PAYMENT_COMMANDS, PAYMENT_EVENTS, PAYMENT_REQUESTS

ProviderAction = Literal["add", "capture", "void", "refund"]
ProviderOutcome = Literal["processed", "failed"]


class _AboutOrder(Message):
    order_id: Id


class _AboutPayment(_AboutOrder):
    payment_id: Id


# Commands


@message("waybill.payment.add.v1", on=PAYMENT_COMMANDS)
class Add(_AboutPayment):
    """Record a payment, by phone say; without an amount it is all that is outstanding."""

    method: Id
    amount: Amount | None = None
    transaction_type: TransactionType
    reference: Reference | None = None


@message("waybill.payment.capture.v1", on=PAYMENT_COMMANDS)
class Capture(_AboutPayment):
    """Take money that an authorization has set aside; without an amount, what the order owes."""

    amount: Amount | None = None


@message("waybill.payment.void.v1", on=PAYMENT_COMMANDS)
class Void(_AboutPayment):
    """Let go of what an authorization still sets aside."""


@message("waybill.payment.refund.v1", on=PAYMENT_COMMANDS)
class Refund(_AboutPayment):
    """Give captured money back; without an amount, all that the payment has brought in."""

    amount: Amount | None = None


@message("waybill.payment.settle.v1", on=PAYMENT_COMMANDS)
class Settle(_AboutOrder):
    """A provider's answer to a request; `reason` is why it failed, in the provider's words."""

    request_id: Id
    outcome: ProviderOutcome
    provider_reference: Id | None = None
    reason: Text | None = None


# Questions


@message("waybill.payment.explain.v1", on=PAYMENT_COMMANDS)
class Explain(_AboutOrder):
    """What may be done with an order's money now, and what stands in the way of the rest?"""


# Events


class _Balance(_AboutPayment):
    """Every event about a payment says what is paid and what is still outstanding after it."""

    amount: Amount
    currency: Currency
    paid: Signed
    outstanding: Signed


class _Moved(_Balance):
    """`request_id` is there if a provider was asked."""

    request_id: Id | None = None


class _Asked(_AboutPayment):
    """What a provider is asked; `request_id` is the same however often, and answered once.

    `reference` is what the payment was made with, `provider_reference` what the provider called it.
    """

    request_id: Id
    provider: Id
    action: ProviderAction
    amount: Amount
    currency: Currency
    method: Id
    transaction_type: TransactionType
    reference: Reference | None
    provider_reference: Id | None
    requested_at: Timestamp


@message("waybill.payment.account-opened.v1", on=PAYMENT_EVENTS)
class AccountOpened(_AboutOrder):
    """An order was placed and owes `total`."""

    order_number: str
    market: Id
    currency: Currency
    total: Amount


@message("waybill.payment.recorded.v1", on=PAYMENT_EVENTS)
class Recorded(_Balance):
    """A payment as it was made, or failed."""

    method: Id
    transaction_type: TransactionType
    status: PaymentStatus
    reference: Reference | None
    recorded_at: Timestamp
    request_id: Id | None = None
    provider_reference: Id | None = None
    reason: Text | None = None


@message("waybill.payment.requested.v1", on=PAYMENT_EVENTS)
class Requested(_Asked):
    """A provider was asked; nothing is paid, or moves, until it answers.

    `waiting` says which command has its outcome then, if one has.
    """

    status: Literal["Pending"] = "Pending"
    paid: Signed
    outstanding: Signed
    waiting: str | None


@message("waybill.payment.request-failed.v1", on=PAYMENT_EVENTS)
class RequestFailed(_Balance):
    """A provider wouldn't capture, void or refund; the payment is as it was."""

    request_id: Id
    action: ProviderAction
    reason: Text


@message("waybill.payment.captured.v1", on=PAYMENT_EVENTS)
class Captured(_Moved):
    """Authorized money was taken; what is outstanding doesn't change."""


@message("waybill.payment.voided.v1", on=PAYMENT_EVENTS)
class Voided(_Moved):
    """What was left of an authorization was let go."""


@message("waybill.payment.refunded.v1", on=PAYMENT_EVENTS)
class Refunded(_Moved):
    """Money went back to the customer."""


@message("waybill.payment.total-changed.v1", on=PAYMENT_EVENTS)
class TotalChanged(_AboutOrder):
    """The order was edited and owes `total` now; below zero is what was paid too much."""

    currency: Currency
    total: Amount
    paid: Signed
    outstanding: Signed


@message("waybill.payment.order-paid.v1", on=PAYMENT_EVENTS)
class OrderPaid(_AboutOrder):
    """Nothing is outstanding any more."""

    currency: Currency
    total: Amount
    paid: Signed


@message("waybill.payment.order-unpaid.v1", on=PAYMENT_EVENTS)
class OrderUnpaid(_AboutOrder):
    """An order that was paid in full no longer is."""

    currency: Currency
    total: Amount
    paid: Signed


@message("waybill.payment.account-closing.v1", on=PAYMENT_EVENTS)
class AccountClosing(_AboutOrder):
    """The order was canceled; the account closes once providers have answered."""


@message("waybill.payment.account-closed.v1", on=PAYMENT_EVENTS)
class AccountClosed(_AboutOrder):
    """The order was canceled; no more payments are taken."""


@message("waybill.payment.account-deleting.v1", on=PAYMENT_EVENTS)
class AccountDeleting(_AboutOrder):
    """The order was deleted; its payments go with it once providers have answered."""

    order_number: str
    by: str | None
    at: Timestamp


@message("waybill.payment.account-deleted.v1", on=PAYMENT_EVENTS)
class AccountDeleted(_AboutOrder):
    """The order was deleted, and its payments with it: the tombstone.

    `taken` is what was captured and not given back, which somebody may have to answer for. It and
    its currency are missing if the order never had an account.
    """

    order_number: str
    by: str | None
    at: Timestamp
    currency: Currency | None = None
    taken: Signed | None = None


# What providers hear


@message("waybill.payment.request.v1", on=PAYMENT_REQUESTS)
class Request(_Asked):
    """Do this once, and answer with `waybill.payment.settle.v1`; `request_id` tells repeats."""
