"""Allocates the items of shipments, all or nothing, also again after an edit, or elsewhere."""

from collections.abc import Sequence

from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.quantities import quantities_by_sku
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Allocate, Reallocate, TryAllocate, Unavailable
from shared.runtime.decider import Context


def allocate(command: Allocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Allocates all items of the shipment, or adds it to the queue."""
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    if key in inventory.allocations or inventory.queue.position_of(key) is not None:
        return []
    backorder = _backorder(command)
    position = inventory.queue.next_position
    if shortages := plan.shortages(backorder.lines, position):
        return [plan.backorder(backorder, position, shortages)]
    return [plan.allocate(backorder)]


def try_allocate(command: TryAllocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Allocates all items of a shipment that waits at another warehouse, or declines.

    The warehouse where it waits may be asked what it has of it; it has its place in the queue.
    """
    plan = plan_for(command, inventory, context)
    backorder = _backorder(command)
    if backorder.key in inventory.allocations:
        return []
    position = inventory.queue.position_of(backorder.key)
    if position is None:
        position = inventory.queue.next_position
    else:
        plan.remove(position)
    if shortages := plan.shortages(backorder.lines, position):
        return [
            Unavailable(
                warehouse=command.warehouse,
                order_id=command.order_id,
                shipment_id=command.shipment_id,
                short=shortages,
                waits_at=command.waits_at,
                revision=command.revision,
                levels=(),
            )
        ]
    return [plan.allocate(backorder)]


def reallocate(command: Reallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Allocates all items of an edited shipment, or adds it to the queue.

    Its earlier allocation counts for it. If that and the free stock aren't enough, all of it
    becomes free and the shipment joins the queue. A backorder keeps its position.
    """
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    backorder = _backorder(command)
    position = inventory.queue.position_of(key)
    if position is not None:
        had = inventory.queue.backorders[position].lines
        before = plan.first_blocked_positions(had)
        plan.remove(position)
        shortages = plan.shortages(backorder.lines, position)
    elif key in inventory.allocations:
        position = inventory.queue.next_position
        had = inventory.allocations[key]
        before = plan.first_blocked_positions(had)
        allocated = {line.sku: line.quantity for line in had}
        shortages = plan.shortages(backorder.lines, position, allocated)
        for line in had:
            plan.level(line.sku).allocated -= line.quantity
    else:
        return []
    if not shortages:
        return [plan.allocate(backorder, had), *plan.serve_backorders(before)]
    backordered = plan.backorder(backorder, position, shortages, had)
    for line in backorder.lines:  # what became free may be enough for this shipment
        before[line.sku] = min(position, before.get(line.sku, position))
    return [backordered, *plan.serve_backorders(before)]


def _backorder(command: Allocate | Reallocate | TryAllocate) -> Backorder:
    others = () if isinstance(command, TryAllocate) else command.others
    key = (command.order_id, command.shipment_id)
    return Backorder(key, quantities_by_sku(command.lines), command.revision, others)
