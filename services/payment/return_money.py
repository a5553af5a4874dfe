"""What an account knows about a return of the order: its money, and how far its refund is.

The refund of a shipping cost is one without goods.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from shared.contracts.money import ZERO
from shared.contracts.payments import ProviderAction, ReturnRefundStarted


@dataclass(slots=True)
class ReturnMoney:
    """The money of one return.

    reduced      what it has taken off the order's total
    transferred  what it pays of the exchange order
    refunded     what the customer got back, by all requests
    credit       the id of the payment that moved `transferred` out of this order
    latest       the latest refund of it; it is `refunding` while that has no result
    tried        the payments that this request asked providers about, and the actions
    refusal      why a provider declined, if one did
    """

    return_id: str
    reduced: Decimal
    transferred: Decimal
    refunded: Decimal
    credit: str | None = None
    latest: ReturnRefundStarted | None = None
    waits: bool = False
    tried: set[tuple[str, ProviderAction]] = field(default_factory=set)
    refusal: str | None = None

    @property
    def is_shipping(self) -> bool:
        """Whether it is a shipping cost that is refunded without a return."""
        return self.latest is not None and self.latest.shipping

    @property
    def request(self) -> str | None:
        """The latest request to refund it."""
        return self.latest.request if self.latest else None

    @property
    def refunding(self) -> ReturnRefundStarted | None:
        """The refund that has no result yet."""
        return self.latest if self.waits else None

    @property
    def is_refunded(self) -> bool:
        """Whether its latest refund has ended, and no provider declined."""
        return self.latest is not None and not self.waits and self.refusal is None

    @property
    def missing(self) -> Decimal:
        """What the customer hasn't got back yet; only while a refund is under way."""
        refund = self.refunding.refund if self.refunding else self.refunded
        return max(ZERO, refund - self.refunded)

    def started(self, event: ReturnRefundStarted) -> None:
        """Starts a refund; what earlier requests refunded counts."""
        self.latest = event
        self.waits = True
        self.tried = set()
        self.refusal = None
