"""Allocate a shipment's items, all or nothing, and allocate anew after an edit."""

from collections.abc import Sequence

from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.quantities import by_sku
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Allocate, Reallocate
from shared.runtime.decider import Context


def allocate(command: Allocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Everything is set aside for the shipment, or it joins the queue."""
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    if key in inventory.allocations or inventory.queue.place_of(key) is not None:
        return []
    waiting = Backorder(key, by_sku(command.lines), command.revision)
    place = inventory.queue.end
    if short := plan.shortages(waiting.lines, place):
        return [plan.backorder(waiting, place, short)]
    return [plan.allocate(waiting)]


def reallocate(command: Reallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """The shipment was edited and needs something else: again it is all or nothing.

    What was set aside for it stays its own as far as it needs it. Where more isn't to be had, all
    of it becomes free and the shipment joins the queue. One that waits keeps its place.
    """
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    waiting = Backorder(key, by_sku(command.lines), command.revision)
    place = inventory.queue.place_of(key)
    if place is not None:
        had = inventory.queue.waiting[place].lines
        before = plan.barriers(had)
        plan.leave(place)
        short = plan.shortages(waiting.lines, place)
    elif key in inventory.allocations:
        place = inventory.queue.end
        had = inventory.allocations[key]
        before = plan.barriers(had)
        short = plan.shortages(waiting.lines, place, {line.sku: line.quantity for line in had})
        for line in had:
            plan.level(line.sku).allocated -= line.quantity
    else:
        return []
    if not short:
        return [plan.allocate(waiting, had), *plan.move_queue(before)]
    backordered = plan.backorder(waiting, place, short, had)
    for line in waiting.lines:  # what became free may be enough for itself
        before[line.sku] = min(place, before.get(line.sku, place))
    return [backordered, *plan.move_queue(before)]
