"""What became of the order that a return is exchanged for."""

from collections.abc import Sequence

from services.order.returns.state import Return
from services.order.state import Order
from shared.contracts import Message, returns
from shared.contracts.money import zero
from shared.runtime.decider import Context


def settle_exchange(
    command: returns.SettleExchange, order: Order | None, _context: Context
) -> Sequence[Message]:
    """Records that the exchange order was placed, why it wasn't, or how it ended; once each."""
    back = order.returns.get(command.return_id) if order else None
    if order is None or back is None or not _is_its_order(command, back):
        return []
    about = {
        "order_id": order.order_id,
        "return_id": back.return_id,
        "order_number": order.number,
        "exchange_order_id": command.exchange_order_id,
    }
    if command.outcome == "refused":
        if back.exchange != "requested" or command.refusal is None:
            return []
        refused = returns.ExchangeRefused(
            **about,
            transferred=back.transferred + zero(order.content.currency),
            currency=order.content.currency,
            reason=command.refusal,
        )
        return [refused]
    happened: list[Message] = []
    if back.exchange == "requested" and command.order_number is not None:
        number = command.order_number
        happened.append(returns.ExchangeOrdered(**about, exchange_order_number=number))
    if command.outcome == "completed":
        happened.append(returns.ExchangeSettled(**about, status="Completed"))
    elif command.outcome == "canceled":
        happened.append(returns.ExchangeSettled(**about, status="Canceled"))
    return happened


def _is_its_order(command: returns.SettleExchange, back: Return) -> bool:
    """Whether the answer is about this return's exchange order, which isn't settled yet."""
    return (
        back.replacement is not None
        and back.replacement.exchange_order_id == command.exchange_order_id
        and back.exchange in ("requested", "ordered")
    )
