"""Whether an id belongs to an order already, be it one of another checkout (rules: Orders).

The cart service keeps the number of every order that is placed. It may be a moment behind, so the
order service has the last word when a draft is converted (`commands/convert.py`).
"""

from collections.abc import Iterable
from typing import Any

from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.orders import Placed
from shared.contracts.replies import Blocker
from shared.runtime.decider import Context
from shared.runtime.decider.tables import Table

ORDERS = Table("order", Placed, keeps=("order_number",))


def order_lookups(command: Message, _: Any = None) -> Iterable[str]:
    """The order that has the id of the command's cart."""
    return [f"{ORDERS.name}/{command.key}"]


def why_id_reused(cart_id: str, context: Context) -> tuple[Blocker, ...]:
    """An order's id makes no draft."""
    order = context.known.get(f"{ORDERS.name}/{cart_id}")
    if order is None:
        return ()
    return (blocker("id-reused.order", order=order["order_number"]),)
