"""Parts of the messages about an order's payments."""

from typing import Literal

from shared.contracts.base import Id, Message, Timestamp
from shared.contracts.checkout import Reference, TransactionType
from shared.contracts.money import Amount, Currency

ProviderAction = Literal["add", "capture", "void", "refund"]
ProviderOutcome = Literal["processed", "failed"]


class AboutOrder(Message):
    """Base of the messages about an order's payments."""

    order_id: Id


class AboutPayment(AboutOrder):
    """Base of the messages about one payment."""

    payment_id: Id


class Asked(AboutPayment):
    """A request to a payment provider.

    request_id  the same in every repeat of the request, which is carried out once
    reference   what the payment was made with
    provider_reference  the provider's own id of the payment, or of the one that this one renews
    renews      the expiring authorization that a new one replaces
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
    renews: Id | None = None
