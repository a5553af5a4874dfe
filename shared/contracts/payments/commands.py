"""Commands and questions about an order's payments."""

from shared.contracts.base import Id, Text, Timestamp, message
from shared.contracts.checkout import Reference, TransactionType
from shared.contracts.money import Amount
from shared.contracts.payments.parts import AboutOrder, AboutPayment, ProviderOutcome
from shared.contracts.topics import PAYMENT_COMMANDS


@message("waybill.payment.add.v1", on=PAYMENT_COMMANDS)
class Add(AboutPayment):
    """Add a payment, for example by phone. Without an amount it is the outstanding one."""

    method: Id
    amount: Amount | None = None
    transaction_type: TransactionType
    reference: Reference | None = None


@message("waybill.payment.capture.v1", on=PAYMENT_COMMANDS)
class Capture(AboutPayment):
    """Capture authorized money. Without an amount, as much as the order owes."""

    amount: Amount | None = None


@message("waybill.payment.void.v1", on=PAYMENT_COMMANDS)
class Void(AboutPayment):
    """Void what is left of an authorization."""


@message("waybill.payment.refund.v1", on=PAYMENT_COMMANDS)
class Refund(AboutPayment):
    """Refund captured money. Without an amount, everything that the payment still holds."""

    amount: Amount | None = None


@message("waybill.payment.settle.v1", on=PAYMENT_COMMANDS)
class Settle(AboutOrder):
    """A payment provider's result of a request. `reason` is the provider's text if it failed."""

    request_id: Id
    outcome: ProviderOutcome
    provider_reference: Id | None = None
    reason: Text | None = None


@message("waybill.payment.expire.v1", on=PAYMENT_COMMANDS)
class Expire(AboutPayment):
    """The time of an authorization is over: `expires_at` is the one that it was recorded with."""

    expires_at: Timestamp


@message("waybill.payment.explain.v1", on=PAYMENT_COMMANDS)
class Explain(AboutOrder):
    """Which actions are possible on an order's payments now, and what blocks the others?"""
