"""Finds out whether an order, also one of another checkout, has an id already (rules: Orders).

The cart service keeps the number of every placed order in a table. The table may lag, so the order
service decides in the end when a draft is converted (`commands/convert.py`).
"""

from collections.abc import Iterable
from typing import Any

from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.orders import Placed
from shared.contracts.replies import Blocker
from shared.runtime.decider import Context
from shared.runtime.decider.tables import Table


def _customer_of(order: Placed) -> str | None:
    return order.customer.customer_id if order.customer else None


# `order-of/cu-7` has the orders of a customer, for their deletion.
ORDERS = Table("order", Placed, keeps=("order_number",), owner=_customer_of)


def order_lookups(command: Message, _: Any = None) -> Iterable[str]:
    """The key of the order that has the id of the command's cart."""
    return [f"{ORDERS.name}/{command.key}"]


def why_id_reused(cart_id: str, context: Context) -> tuple[Blocker, ...]:
    """Why no draft can have the id `cart_id`: an order has it."""
    order = context.known.get(f"{ORDERS.name}/{cart_id}")
    if order is None:
        return ()
    return (blocker("id-reused.order", order=order["order_number"]),)
