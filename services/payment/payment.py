"""An order's money: which function decides which message."""

from collections.abc import Iterable, Mapping

from services.payment.actions import why_gone
from services.payment.adding import add
from services.payment.closing import close_account
from services.payment.deleting import delete_account
from services.payment.explaining import explain
from services.payment.following import change_total
from services.payment.moving import capture, refund, void
from services.payment.opening import open_account
from services.payment.settling import settle
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
    payments.Settle: settle,
}

events: tuple[type[Message], ...] = (
    payments.AccountOpened,
    payments.Requested,
    payments.RequestFailed,
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.Refunded,
    payments.TotalChanged,
    payments.OrderPaid,
    payments.OrderUnpaid,
    payments.AccountClosing,
    payments.AccountClosed,
    payments.AccountDeleting,
    payments.AccountDeleted,
)


def nothing() -> Account | None:
    """No account yet."""
    return None


def outgoing(event: Message) -> Iterable[Message]:
    """What a provider hears: what it is asked to do."""
    if isinstance(event, payments.Requested):
        asked = {name: getattr(event, name) for name in payments.Request.model_fields}
        yield payments.Request(**asked)


living: Decider[Account | None] = Decider(
    kind="payment",
    initial=nothing,
    handlers=handlers,
    evolve=evolve,
    events=events,
    outgoing=outgoing,
    publishes=(payments.Request,),
    queries={payments.Explain: explain},
    status=status,
    owed=owed,
    creates={payments.Add: lambda command: f"payment/{command.payment_id}"},
)
decider = deletable(living, payments.AccountDeleted, why_gone)
