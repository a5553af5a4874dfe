"""Cancel a return of which nothing was received (rules: Returns and exchanges)."""

from collections.abc import Sequence

from services.order.returns.allowed import is_canceled_return, why_no_cancel_return
from services.order.returns.preconditions import require_return
from services.order.state import Order
from shared.contracts import Message, returns
from shared.runtime.decider import Context, refuse


def cancel_return(
    command: returns.CancelReturn, order: Order | None, _context: Context
) -> Sequence[Message]:
    """Cancels the return; nothing if it is canceled."""
    order, back = require_return(command, order)
    if is_canceled_return(back):
        return []
    refuse(why_no_cancel_return(back))
    canceled = returns.ReturnCanceled(
        order_id=order.order_id,
        return_id=back.return_id,
        order_number=order.number,
        warehouse=back.warehouse,
        reason=command.reason,
    )
    return [canceled]
