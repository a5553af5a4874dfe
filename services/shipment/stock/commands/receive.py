"""Receive goods, and count what is on hand. Both may serve shipments that wait."""

from collections.abc import Sequence
from typing import Any

from services.shipment.stock.allocation_plan import AllocationPlan
from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.shortages import first_named, shortages_of
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Counted, CountStock, Receive, Received
from shared.runtime.decider import Context


def receive(command: Receive, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Goods come in, and move the queue."""
    plan = plan_for(command, inventory, context)
    return _put(plan, command, plan.level(command.sku).on_hand + command.quantity, Received)


def count(command: CountStock, inventory: Inventory, context: Context) -> Sequence[Message]:
    """What was counted is on hand; finding more moves the queue.

    Even if more is allocated: then the event says who is short.
    """
    plan = plan_for(command, inventory, context)
    short = first_named(shortages_of(inventory, command.sku, command.quantity))
    return _put(plan, command, command.quantity, Counted, short=short)


def _put(
    plan: AllocationPlan,
    command: Receive | CountStock,
    on_hand: int,
    event: type[Received | Counted],
    **more: Any,
) -> Sequence[Message]:
    barrier = plan.barrier(command.sku)
    plan.level(command.sku).on_hand = on_hand
    happened = event(
        warehouse=command.warehouse,
        sku=command.sku,
        quantity=command.quantity,
        levels=(plan.level_now(command.sku),),
        **more,
    )
    return [happened, *plan.move_queue({} if barrier is None else {command.sku: barrier})]
