"""An order's money: which function decides which message."""

from collections.abc import Mapping

from services.payment.actions import why_gone
from services.payment.adding import add
from services.payment.deleting import delete_account
from services.payment.explaining import explain
from services.payment.following import change_total
from services.payment.moving import capture, refund, void
from services.payment.opening import close_account, open_account
from services.payment.state import Account, evolve, owed, status
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Decider, Handler
from shared.runtime.deletion import deletable

handlers: Mapping[type[Message], Handler] = {
    # What the order says
    orders.Placed: open_account,
    orders.LinesChanged: change_total,
    orders.Canceled: close_account,
    orders.Deleted: delete_account,
    # What customer service and payment providers ask
    payments.Add: add,
    payments.Capture: capture,
    payments.Void: void,
    payments.Refund: refund,
}

events: tuple[type[Message], ...] = (
    payments.AccountOpened,
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.Refunded,
    payments.TotalChanged,
    payments.OrderPaid,
    payments.OrderUnpaid,
    payments.AccountClosed,
    payments.AccountDeleted,
)


def nothing() -> Account | None:
    """No account yet."""
    return None


living: Decider[Account | None] = Decider(
    kind="payment",
    initial=nothing,
    handlers=handlers,
    evolve=evolve,
    events=events,
    queries={payments.Explain: explain},
    status=status,
    owed=owed,
)
decider = deletable(living, payments.AccountDeleted, why_gone)
