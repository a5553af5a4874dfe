"""What an order's account remembers, and how its events change that."""

from dataclasses import dataclass, field
from decimal import Decimal

from services.payment.ledger import Payment, Sums, sums
from shared.contracts import Message, payments
from shared.contracts.money import zero
from shared.contracts.replies import Owed


@dataclass(slots=True)
class Account:
    """What one order owes, and every payment towards it.

    `paid_in_full` is what has been told, with `OrderPaid` and `OrderUnpaid`; `closed` says that
    the order was canceled.
    """

    order_id: str
    market: str
    currency: str
    total: Decimal
    payments: dict[str, Payment] = field(default_factory=dict)
    paid_in_full: bool = False
    closed: bool = False

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
    if account.closed:
        return "Closed"
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
        _apply(account, event)
    return account


def _apply(account: Account, event: Message) -> None:
    match event:
        case payments.Recorded():
            account.payments[event.payment_id] = Payment(
                event.payment_id,
                event.method,
                event.transaction_type,
                event.amount,
                event.status,
                event.reference,
            )
        case payments.Captured():
            account.payments[event.payment_id].captured += event.amount
        case payments.Voided():
            account.payments[event.payment_id].voided += event.amount
        case payments.Refunded():
            account.payments[event.payment_id].refunded += event.amount
        case payments.TotalChanged():
            account.total = event.total
        case payments.OrderPaid():
            account.paid_in_full = True
        case payments.OrderUnpaid():
            account.paid_in_full = False
        case payments.AccountClosed():
            account.closed = True
