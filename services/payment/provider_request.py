"""A request to a payment provider, and the effect of its answer."""

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
    """A request to a provider, and its answer once there is one.

    `waiting` is the command whose outcome depends on it; None if the account asks because it
    closes, refunds a return or renews an authorization. `return_id` is the return that it refunds,
    `renews` the expiring authorization that the new one replaces.
    """

    request_id: str
    action: ProviderAction
    payment_id: str
    transaction_type: TransactionType
    amount: Decimal
    waiting: str | None
    return_id: str | None = None
    renews: str | None = None
    outcome: ProviderOutcome | None = None
    reason: str | None = None

    @property
    def pays(self) -> bool:
        """Whether approval adds to what is paid; a renewal only replaces what counts already."""
        is_credit = self.transaction_type == "Credit"
        return self.action == "add" and not is_credit and self.renews is None

    @property
    def captures(self) -> Decimal:
        """The authorized amount that approval captures."""
        return self.amount if self.action == "capture" else ZERO

    @property
    def takes(self) -> Decimal:
        """The amount that approval captures, as a sale or from an authorization."""
        sold = self.action == "add" and self.transaction_type in ("Capture", "Sale")
        return self.amount if sold else self.captures

    @property
    def voids(self) -> Decimal:
        """The authorized amount that approval voids."""
        return self.amount if self.action == "void" else ZERO

    @property
    def refunds(self) -> Decimal:
        """The captured amount that approval refunds."""
        is_credit = self.action == "add" and self.transaction_type == "Credit"
        return self.amount if is_credit or self.action == "refund" else ZERO


def provider_of(method: str, site: Site) -> str | None:
    """Returns the provider of a payment method, or None if it has none."""
    way = site.payment_methods.get(method)
    return way.provider if way else None


def request_id(order_id: str, number: int) -> str:
    """Returns the id of an order's request number `number`; providers recognise repeats by it."""
    name = f"{order_id}:{number}"
    if len(name) <= LONGEST_ID:
        return name
    return blake2b(name.encode(), digest_size=20).hexdigest()
