"""What every command on a return requires."""

from services.order.preconditions import require_order
from services.order.returns.state import Return
from services.order.state import Order
from shared.contracts.returns import AboutReturn
from shared.runtime.decider import rejected


def require_return(command: AboutReturn, order: Order | None) -> tuple[Order, Return]:
    """Returns the order and its return. Raises `Rejected` if there is no such order or return."""
    order = require_order(order, command.order_id)
    back = order.returns.get(command.return_id)
    if back is None:
        raise rejected("unknown-return", return_id=command.return_id)
    return order, back
