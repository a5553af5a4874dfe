"""Sums of payments: what was paid for an order, and how much can still be captured or refunded.

Money is either authorized, or captured by a capture or a sale; paid is the sum of both (rules:
Statuses, "Outstanding").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.contracts.checkout import PaymentStatus, Reference, TransactionType
from shared.contracts.money import ZERO


@dataclass(slots=True)
class Payment:
    """A payment as it was made, and what was captured, voided and refunded of it since.

    expires_at      when an authorization expires, if ever; `expired` is what was left of it then
    expiry_delayed  whether that time is over, and a provider hadn't answered yet
    """

    payment_id: str
    method: str
    transaction_type: TransactionType
    amount: Decimal
    status: PaymentStatus
    reference: Reference | None = None
    captured: Decimal = ZERO
    voided: Decimal = ZERO
    refunded: Decimal = ZERO
    provider_reference: str | None = None
    expires_at: datetime | None = None
    expired: Decimal = ZERO
    expiry_delayed: bool = False

    @property
    def is_captured(self) -> bool:
        """Whether everything is captured, so that another capture changes nothing."""
        return 0 < self.amount == self.captured

    @property
    def is_voided(self) -> bool:
        """Whether everything that wasn't captured is voided, so that another void
        changes nothing.
        """
        return self.voided > 0 and self.authorized == 0

    @property
    def is_refunded(self) -> bool:
        """Whether everything captured is refunded, so that another refund changes nothing."""
        return self.refunded > 0 and self.taken == 0

    @property
    def authorized(self) -> Decimal:
        """The amount authorized and neither captured nor expired; negative for a Void
        transaction.
        """
        if self.status != "Processed":
            return ZERO
        if self.transaction_type == "Authorization":
            return self.amount - self.captured - self.voided - self.expired
        return -self.amount if self.transaction_type == "Void" else ZERO

    @property
    def taken(self) -> Decimal:
        """The amount captured and not refunded; negative for a Credit transaction.

        A Credit is voided if the exchange order that it paid for is canceled.
        """
        if self.status != "Processed":
            return ZERO
        if self.transaction_type == "Authorization":
            return self.captured - self.refunded
        if self.transaction_type in ("Capture", "Sale"):
            return self.amount - self.refunded
        return self.voided - self.amount if self.transaction_type == "Credit" else ZERO

    def is_over(self, now: datetime) -> bool:
        """Whether the time of an authorization is over."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums over all payments of an order."""

    authorized: Decimal
    taken: Decimal

    @property
    def paid(self) -> Decimal:
        """Processed authorizations, captures and sales, minus voids, credits and refunds."""
        return self.authorized + self.taken

    def left_to_capture(self, payment: Payment) -> Decimal:
        """Returns how much of an authorization can still be captured or voided.

        Never more than is authorized over all payments: a checkout may report a void as a separate
        payment, without naming what it voids.
        """
        return max(ZERO, min(payment.authorized, self.authorized))

    def left_to_refund(self, payment: Payment) -> Decimal:
        """Returns how much of a payment can still be refunded, given the credits made already."""
        return max(ZERO, min(payment.taken, self.taken))


def sums(payments: Iterable[Payment], zero: Decimal = ZERO) -> Sums:
    """Returns the sums of `payments`; `zero` has the currency's decimals."""
    authorized = taken = zero
    for payment in payments:
        authorized += payment.authorized
        taken += payment.taken
    return Sums(authorized, taken)
