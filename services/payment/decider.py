"""The payment account: which function decides which message."""

from collections.abc import Mapping

from services.payment.allowed import explain, why_gone
from services.payment.commands.add import add
from services.payment.commands.capture import capture
from services.payment.commands.refund import refund
from services.payment.commands.void import void
from services.payment.outgoing import outgoing
from services.payment.reactions.order_canceled import close_account
from services.payment.reactions.order_deleted import delete_account
from services.payment.reactions.order_placed import open_account
from services.payment.reactions.provider_result import settle
from services.payment.reactions.total_changed import change_total
from services.payment.state import Account, evolve, owed, status
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Decider, Handler
from shared.runtime.decider.deletion import deletable

handlers: Mapping[type[Message], Handler] = {
    # Facts of the order
    orders.Placed: open_account,
    orders.LinesChanged: change_total,
    orders.Canceled: close_account,
    orders.Deleted: delete_account,
    # Commands of customer service and payment providers
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


_decider: Decider[Account | None] = Decider(
    kind="payment",
    initial=lambda: None,
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


decider = deletable(_decider, payments.AccountDeleted, why_gone)
