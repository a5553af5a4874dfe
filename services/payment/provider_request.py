"""What a provider is asked about a payment, and what hangs on its answer."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from shared.contracts.checkout import TransactionType
from shared.contracts.money import ZERO
from shared.contracts.payments import ProviderAction, ProviderOutcome
from shared.site import Site

LONGEST_ID = 64


@dataclass(slots=True)
class ProviderRequest:
    """A request, and its answer once there is one.

    `waiting` is the command that has its outcome then; None if the account asks because it closes.
    """

    request_id: str
    action: ProviderAction
    payment_id: str
    transaction_type: TransactionType
    amount: Decimal
    waiting: str | None
    outcome: ProviderOutcome | None = None
    reason: str | None = None

    @property
    def pays(self) -> bool:
        """Whether a yes pays towards the order."""
        return self.action == "add" and self.transaction_type != "Credit"

    @property
    def captures(self) -> Decimal:
        """How much of what is set aside a yes takes."""
        return self.amount if self.action == "capture" else ZERO

    @property
    def takes(self) -> Decimal:
        """How much money comes in for good with a yes."""
        sold = self.action == "add" and self.transaction_type in ("Capture", "Sale")
        return self.amount if sold else self.captures

    @property
    def lets_go(self) -> Decimal:
        """How much of what is set aside a yes lets go."""
        return self.amount if self.action == "void" else ZERO

    @property
    def gives_back(self) -> Decimal:
        """How much of what was taken a yes gives back."""
        is_credit = self.action == "add" and self.transaction_type == "Credit"
        return self.amount if is_credit or self.action == "refund" else ZERO


def provider_of(method: str, site: Site) -> str | None:
    """Who is asked before a payment by `method` counts, or moves; None if nobody is."""
    way = site.payment_methods.get(method)
    return way.provider if way else None


def request_id(order_id: str, number: int) -> str:
    """The name of an order's `number`th request, which a provider knows repeats by."""
    name = f"{order_id}:{number}"
    if len(name) <= LONGEST_ID:
        return name
    return blake2b(name.encode(), digest_size=20).hexdigest()
