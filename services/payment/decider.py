"""The payment account: which function decides which message."""

from collections.abc import Mapping

from services.payment.allowed import explain, why_gone
from services.payment.amounts import amounts
from services.payment.closed import is_closed
from services.payment.commands.add import add
from services.payment.commands.capture import capture
from services.payment.commands.expire import expire
from services.payment.commands.refund import refund
from services.payment.commands.void import void
from services.payment.evolution import evolve
from services.payment.outgoing import outgoing
from services.payment.reactions.capture_due import note_capture_due
from services.payment.reactions.exchange_requested import transfer
from services.payment.reactions.exchange_undone import undo_canceled, undo_refused
from services.payment.reactions.order_canceled import close_account
from services.payment.reactions.order_completed import end_shipping
from services.payment.reactions.order_deleted import delete_account
from services.payment.reactions.order_held import resume_captures, stop_captures
from services.payment.reactions.order_placed import open_account
from services.payment.reactions.provider_result import settle
from services.payment.reactions.return_completion_requested import refund_return, refund_shipping
from services.payment.reactions.total_changed import change_total
from services.payment.shipment_capture import then_capture
from services.payment.state import Account, owed, status
from shared.contracts import Message, orders, payments, returns
from shared.runtime.decider import Decider, Handler
from shared.runtime.decider.deletion import deletable

handlers: Mapping[type[Message], Handler] = {
    # Facts of the order
    orders.Placed: open_account,
    orders.LinesChanged: then_capture(change_total),
    orders.CaptureDue: then_capture(note_capture_due),
    orders.Held: stop_captures,
    orders.HoldReleased: then_capture(resume_captures),
    orders.Completed: then_capture(end_shipping),
    orders.Canceled: close_account,
    orders.Deleted: delete_account,
    returns.ReturnCompletionRequested: then_capture(refund_return),
    orders.ShippingRefundRequested: then_capture(refund_shipping),
    returns.ExchangeRequested: then_capture(transfer),
    returns.ExchangeRefused: then_capture(undo_refused),
    returns.ExchangeSettled: then_capture(undo_canceled),
    # Commands of customer service and payment providers
    payments.Add: then_capture(add),
    payments.Capture: then_capture(capture),
    payments.Void: then_capture(void),
    payments.Refund: then_capture(refund),
    payments.Settle: then_capture(settle),
    # The service's own, when the time of an authorization is over
    payments.Expire: then_capture(expire),
}


events: tuple[type[Message], ...] = (
    payments.AccountOpened,
    payments.Requested,
    payments.RequestFailed,
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.AuthorizationExpired,
    payments.ExpiryDelayed,
    payments.Refunded,
    payments.TotalChanged,
    payments.ReturnRefundStarted,
    returns.ReturnRefunded,
    payments.OrderPaid,
    payments.OrderUnpaid,
    payments.CaptureStopped,
    payments.CaptureResumed,
    payments.CaptureDueNoted,
    payments.ShippingEnded,
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
    amounts=amounts,
    creates={payments.Add: lambda command: f"payment/{command.payment_id}"},
    is_closed=is_closed,
)


# An authorization's deadline may come after its order was deleted: then there is nothing to do.
decider = deletable(
    _decider,
    payments.AccountDeleted,
    why_gone,
    when_deleted={payments.Expire: lambda *_: ()},
)
