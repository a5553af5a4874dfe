"""The state of an order's payment account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from services.payment.ledger import Payment, Sums, sums
from services.payment.provider_request import ProviderRequest
from services.payment.return_money import ReturnMoney
from shared.contracts.checkout import EXCHANGE
from shared.contracts.holds import HoldDetails
from shared.contracts.money import zero
from shared.contracts.payments import AccountDeleting
from shared.contracts.replies import Owed


@dataclass(slots=True)
class Account:
    """What an order owes, and every payment for it.

    `paid_in_full` follows the published `OrderPaid` and `OrderUnpaid`. `closing` means that the
    order was canceled, `closed` that no provider's answer is pending because of that. `deleting`
    means that the order was deleted and the account waits for providers. `requests` are all
    requests ever made to providers. `returns` has the money of each return. `holds` are the order's
    holds that stop captures, by id. `capture_due` is what is to be captured for what was released
    or has shipped, None if nobody asked for that; `is_final` means that nothing more ships.
    `declined_captures` are the payments whose capture a provider has declined since, and
    `declined_voids` those whose void it has.
    """

    order_id: str
    market: str
    currency: str
    total: Decimal
    payments: dict[str, Payment] = field(default_factory=dict)
    paid_in_full: bool = False
    closing: bool = False
    closed: bool = False
    deleting: AccountDeleting | None = None
    requests: dict[str, ProviderRequest] = field(default_factory=dict)
    returns: dict[str, ReturnMoney] = field(default_factory=dict)
    holds: dict[str, HoldDetails] = field(default_factory=dict)
    capture_due: Decimal | None = None
    is_final: bool = False
    declined_captures: set[str] = field(default_factory=set)
    declined_voids: set[str] = field(default_factory=set)

    @property
    def canceled(self) -> bool:
        """Whether the order was canceled or deleted."""
        return self.closing or self.closed or self.deleting is not None

    @property
    def clearing(self) -> bool:
        """Whether the order was canceled and the account isn't closed yet."""
        return self.closing and not self.closed

    @property
    def pending(self) -> Iterator[ProviderRequest]:
        """The requests without an answer."""
        return (ask for ask in self.requests.values() if ask.outcome is None)

    def pending_of(self, payment_id: str) -> ProviderRequest | None:
        """Returns the pending request for a payment, or None; there is at most one.

        A request to renew an authorization is one for it as well.
        """
        return next((a for a in self.pending if payment_id in (a.payment_id, a.renews)), None)

    @property
    def delayed(self) -> list[Payment]:
        """The authorizations whose time is over, and that a provider was busy with."""
        return [payment for payment in self.payments.values() if payment.expiry_delayed]

    def declined(self, payment_id: str) -> str | None:
        """Returns why a provider declined a payment, or None."""
        made = (
            a for a in self.requests.values() if (a.payment_id, a.action) == (payment_id, "add")
        )
        return next((ask.reason for ask in made), None)

    @property
    def pending_in(self) -> Decimal:
        """The amount that pending requests add if approved."""
        coming = (ask.amount for ask in self.pending if ask.pays)
        return sum(coming, zero(self.currency))

    @property
    def pending_out(self) -> Decimal:
        """The amount that pending requests void or refund if approved."""
        leaving = (ask.voids + ask.refunds for ask in self.pending)
        return sum(leaving, zero(self.currency))

    @property
    def overpaid(self) -> Decimal:
        """What can be given back without leaving the order unpaid; never below zero.

        Pending voids and refunds count as done.
        """
        return max(zero(self.currency), -self.outstanding - self.pending_out)

    @property
    def returned(self) -> Decimal:
        """How much all returns have taken off the total."""
        return sum((each.reduced for each in self.returns.values()), zero(self.currency))

    @property
    def shipping_returned(self) -> Decimal:
        """How much of `returned` are shipping costs, without returns."""
        costs = (each.reduced for each in self.returns.values() if each.is_shipping)
        return sum(costs, zero(self.currency))

    @property
    def refunded_by_hand(self) -> Decimal:
        """What was given back of the captured money, but not for a return."""
        given = (
            each.amount - each.voided if each.transaction_type == "Credit" else each.refunded
            for each in self.payments.values()
            if each.status == "Processed"
        )
        back = (each.refunded + each.transferred for each in self.returns.values())
        return sum(given, zero(self.currency)) - sum(back, zero(self.currency))

    @property
    def transferred_in(self) -> Decimal:
        """What was paid by the worth of a return of another order, and not given back."""
        moved = (each.taken for each in self.payments.values() if each.method == EXCHANGE)
        return sum((amount for amount in moved if amount > 0), zero(self.currency))

    def return_money(self, return_id: str) -> ReturnMoney:
        """Returns the money of a return, which starts with nothing."""
        nothing = zero(self.currency)
        return self.returns.setdefault(return_id, ReturnMoney(return_id, nothing, nothing, nothing))

    @property
    def uncaptured(self) -> Decimal:
        """How much of the total isn't captured yet, whatever is authorized for it.

        Pending captures count as captured; never below zero.
        """
        asked = sum((ask.takes for ask in self.pending), zero(self.currency))
        return max(zero(self.currency), self.total - self.sums.taken - asked)

    @property
    def free(self) -> Sums:
        """The money that can still be moved, without pending requests."""
        nothing = zero(self.currency)
        there, pending = self.sums, list(self.pending)
        return Sums(
            there.authorized - sum((ask.captures + ask.voids for ask in pending), nothing),
            there.taken - sum((ask.refunds for ask in pending), nothing),
        )

    @property
    def sums(self) -> Sums:
        """The sums of all payments now."""
        return sums(self.payments.values(), zero(self.currency))

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; negative if overpaid."""
        return self.total - self.sums.paid


def status(account: Account | None) -> str | None:
    """Returns the status for replies, or None while there is no account."""
    if account is None:
        return None
    if account.deleting:
        return "Deleting"
    if account.closed:
        return "Closed"
    if account.closing:
        return "Closing"
    return "Paid" if account.outstanding <= 0 else "Outstanding"


def owed(account: Account | None) -> Owed | None:
    """Returns total, paid and outstanding for replies, or None while there is no account."""
    if account is None:
        return None
    return Owed(
        currency=account.currency,
        total=account.total,
        paid=account.sums.paid,
        outstanding=account.outstanding,
    )
