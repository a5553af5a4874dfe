"""Receive goods of a return, at once or in parts (rules: Returns and exchanges)."""

from collections.abc import Iterator, Sequence

from services.order.returns.allowed import why_no_receive
from services.order.returns.exchange import exchange_requested
from services.order.returns.lifecycle import AFTER_ALL
from services.order.returns.preconditions import require_return
from services.order.returns.state import Return
from services.order.state import Order
from shared.contracts import Message, returns
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker
from shared.contracts.returns import Disposition, ReturnedGoods
from shared.runtime.decider import Context, refuse


def receive_return(
    command: returns.ReceiveReturn, order: Order | None, context: Context
) -> Sequence[Message]:
    """Accounts for pieces; once no more are expected, the return awaits completion.

    Then the exchange order is placed, if goods arrived and it doesn't exist yet.
    """
    order, back = require_return(command, order)
    refuse(why_no_receive(back))
    refuse([*_why_not(command, back, context)])
    after = back.copy_received(command.lines)
    everything = not any(line.left for line in after.values())
    received = returns.ReturnReceived(
        order_id=order.order_id,
        return_id=back.return_id,
        order_number=order.number,
        warehouse=back.warehouse,
        lines=command.lines,
        goods=_goods(command, back),
        status=AFTER_ALL if everything else back.status,
        received_at=context.now,
    )
    arrived = {key: line.received for key, line in after.items()}
    if back.replacement is None or back.exchange is not None:
        return [received]
    if not everything or not any(arrived.values()):
        return [received]
    return [received, exchange_requested(order, back, back.replacement, arrived, context)]


def _why_not(command: returns.ReceiveReturn, back: Return, context: Context) -> Iterator[Blocker]:
    left = {key: line.left for key, line in back.lines.items()}
    conditions = context.site.returns.conditions
    for line in command.lines:
        key = (line.shipment_id, line.line_id)
        if key not in left:
            yield blocker(
                "unknown-line.return",
                return_id=back.return_id,
                shipment=line.shipment_id,
                line=line.line_id,
            )
            continue
        if line.quantity > left[key]:
            yield blocker(
                "more-than-expected",
                shipment=line.shipment_id,
                line=line.line_id,
                left=left[key],
                wanted=line.quantity,
            )
        left[key] = max(left[key] - line.quantity, 0)
        if line.condition is not None and line.condition not in conditions:
            named = ", ".join(conditions)
            yield blocker("unknown-condition", condition=line.condition, configured=named)


def _goods(command: returns.ReceiveReturn, back: Return) -> tuple[ReturnedGoods, ...]:
    """Returns the received pieces by article and by what becomes of them."""
    sums: dict[tuple[str, Disposition], int] = {}
    for line in command.lines:
        if line.disposition is not None:
            sku = back.lines[line.shipment_id, line.line_id].expected.sku
            sums[sku, line.disposition] = sums.get((sku, line.disposition), 0) + line.quantity
    return tuple(
        ReturnedGoods(sku=sku, quantity=quantity, disposition=disposition)
        for (sku, disposition), quantity in sums.items()
    )
