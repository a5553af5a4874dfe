"""The sums: what was paid for an order, and how much of it may still move.

Money is in one of two places: set aside by an authorization, or taken by a capture or a sale.
What is paid is both together (rules: Statuses, "Outstanding").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.checkout import PaymentStatus, Reference, TransactionType
from shared.contracts.money import ZERO


@dataclass(slots=True)
class Payment:
    """One payment: what it was made as, and what has become of it since."""

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

    @property
    def is_captured(self) -> bool:
        """Whether all of it is captured: to capture it once more does nothing."""
        return 0 < self.amount == self.captured

    @property
    def is_voided(self) -> bool:
        """Whether all that wasn't captured was let go: to void it once more does nothing."""
        return self.voided > 0 and self.set_aside == 0

    @property
    def is_refunded(self) -> bool:
        """Whether all that was taken has gone back: to refund it once more does nothing."""
        return self.refunded > 0 and self.taken == 0

    @property
    def set_aside(self) -> Decimal:
        """What it reserves and nobody has taken; a void transaction counts against it."""
        if self.status != "Processed":
            return ZERO
        if self.transaction_type == "Authorization":
            return self.amount - self.captured - self.voided
        return -self.amount if self.transaction_type == "Void" else ZERO

    @property
    def taken(self) -> Decimal:
        """What it has brought in for good; a credit counts against it."""
        if self.status != "Processed":
            return ZERO
        if self.transaction_type == "Authorization":
            return self.captured - self.refunded
        if self.transaction_type in ("Capture", "Sale"):
            return self.amount - self.refunded
        return -self.amount if self.transaction_type == "Credit" else ZERO


@dataclass(frozen=True, slots=True)
class Sums:
    """An order's money, all payments together."""

    set_aside: Decimal
    taken: Decimal

    @property
    def paid(self) -> Decimal:
        """Processed authorizations, captures and sales, less voids, credits and refunds."""
        return self.set_aside + self.taken

    def left_to_capture(self, payment: Payment) -> Decimal:
        """How much of an authorization can still be captured or voided.

        Never more than all payments together set aside: a checkout may report a void as a payment
        of its own, without saying what it voids.
        """
        return max(ZERO, min(payment.set_aside, self.set_aside))

    def left_to_refund(self, payment: Payment) -> Decimal:
        """How much of a payment can still go back; credits have given some back already."""
        return max(ZERO, min(payment.taken, self.taken))


def sums(payments: Iterable[Payment], zero: Decimal = ZERO) -> Sums:
    """The sums of `payments`, starting at a zero with the currency's decimals."""
    set_aside = taken = zero
    for payment in payments:
        set_aside += payment.set_aside
        taken += payment.taken
    return Sums(set_aside, taken)
