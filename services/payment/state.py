"""What an order's account remembers, and how its events change that."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from services.payment.ledger import Payment, Sums, sums
from services.payment.provider_request import ProviderRequest
from shared.contracts import Message, payments
from shared.contracts.money import zero
from shared.contracts.payments import AccountDeleting
from shared.contracts.replies import Owed

ANSWERS = (
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.Refunded,
    payments.RequestFailed,
)


@dataclass(slots=True)
class Account:
    """What one order owes, and every payment towards it.

    `paid_in_full` is what has been told, with `OrderPaid` and `OrderUnpaid`. `closing` says that
    the order was canceled, `closed` that no provider has still to answer because of that.
    `deleting` says that the order was deleted, and the account waits for providers to go as well.
    `asks` is all that providers were ever asked.
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
    asks: dict[str, ProviderRequest] = field(default_factory=dict)

    @property
    def canceled(self) -> bool:
        """Whether the order is off."""
        return self.closing or self.closed or self.deleting is not None

    @property
    def clearing(self) -> bool:
        """Whether it was canceled, and isn't through with that."""
        return self.closing and not self.closed

    @property
    def pending(self) -> Iterator[ProviderRequest]:
        """What providers haven't answered."""
        return (ask for ask in self.asks.values() if ask.outcome is None)

    def pending_of(self, payment_id: str) -> ProviderRequest | None:
        """What the provider hasn't answered about a payment; it is asked one thing at a time."""
        return next((ask for ask in self.pending if ask.payment_id == payment_id), None)

    def declined(self, payment_id: str) -> str | None:
        """Why a provider wouldn't make a payment; None if that isn't what happened."""
        made = (a for a in self.asks.values() if (a.payment_id, a.action) == (payment_id, "add"))
        return next((ask.reason for ask in made), None)

    @property
    def coming(self) -> Decimal:
        """What is paid if providers say yes."""
        coming = (ask.amount for ask in self.pending if ask.pays)
        return sum(coming, zero(self.currency))

    @property
    def leaving(self) -> Decimal:
        """What is let go, or goes back, if providers say yes."""
        leaving = (ask.lets_go + ask.gives_back for ask in self.pending)
        return sum(leaving, zero(self.currency))

    @property
    def untaken(self) -> Decimal:
        """How much of the total is still to be taken, whatever is set aside for it.

        What a provider was asked to take counts as taken; never below zero.
        """
        asked = sum((ask.takes for ask in self.pending), zero(self.currency))
        return max(zero(self.currency), self.total - self.sums.taken - asked)

    @property
    def free(self) -> Sums:
        """The money that may still be moved: without what a provider was asked to move."""
        nothing = zero(self.currency)
        there, pending = self.sums, list(self.pending)
        return Sums(
            there.set_aside - sum((ask.captures + ask.lets_go for ask in pending), nothing),
            there.taken - sum((ask.gives_back for ask in pending), nothing),
        )

    @property
    def sums(self) -> Sums:
        """The money that has come, as it stands."""
        return sums(self.payments.values(), zero(self.currency))

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; below zero if it was too much."""
        return self.total - self.sums.paid


def status(account: Account | None) -> str | None:
    """The word for the state; None while there is no account."""
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
    """What the order costs, and what of it is paid; None while there is no account."""
    if account is None:
        return None
    return Owed(
        currency=account.currency,
        total=account.total,
        paid=account.sums.paid,
        outstanding=account.outstanding,
    )


def evolve(account: Account | None, event: Message) -> Account | None:
    """The account after `event`."""
    if isinstance(event, payments.AccountOpened):
        return Account(event.order_id, event.market, event.currency, event.total)
    if account is not None:
        if isinstance(event, ANSWERS) and event.request_id is not None:
            ask = account.asks[event.request_id]
            ask.reason = getattr(event, "reason", None)
            ask.outcome = "processed" if ask.reason is None else "failed"
        _tell(account, event)
        _pay(account, event)
    return account


def _tell(account: Account, event: Message) -> None:
    """Where the account stands as a whole."""
    match event:
        case payments.TotalChanged():
            account.total = event.total
        case payments.OrderPaid():
            account.paid_in_full = True
        case payments.OrderUnpaid():
            account.paid_in_full = False
        case payments.AccountClosing():
            account.closing = True
        case payments.AccountClosed():
            account.closed = True
        case payments.AccountDeleting():
            account.deleting = event


def _pay(account: Account, event: Message) -> None:
    """What becomes of a payment."""
    match event:
        case payments.Requested():
            _ask(account, event)
        case payments.Recorded():
            account.payments[event.payment_id] = Payment(
                event.payment_id,
                event.method,
                event.transaction_type,
                event.amount,
                event.status,
                event.reference,
                provider_reference=event.provider_reference,
            )
        case payments.Captured():
            account.payments[event.payment_id].captured += event.amount
        case payments.Voided():
            account.payments[event.payment_id].voided += event.amount
        case payments.Refunded():
            account.payments[event.payment_id].refunded += event.amount


def _ask(account: Account, event: payments.Requested) -> None:
    account.asks[event.request_id] = ProviderRequest(
        event.request_id,
        event.action,
        event.payment_id,
        event.transaction_type,
        event.amount,
        event.waiting,
    )
    if event.action == "add":
        account.payments[event.payment_id] = Payment(
            event.payment_id,
            event.method,
            event.transaction_type,
            event.amount,
            event.status,
            event.reference,
        )
