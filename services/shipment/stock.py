"""The rules of a warehouse's stock: one stream per warehouse, so it can't be oversold.

A shipment gets all that it needs or nothing. Who can't have it waits, first come first served: a
later shipment overtakes an earlier one only where they share no article that the earlier one is
short of (rules: shipment state machine).
"""

from collections.abc import Sequence
from typing import Any

from services.shipment.inventory import EVENTS, Inventory, evolve
from services.shipment.outgoing import outgoing
from services.shipment.pieces import by_sku
from services.shipment.plan import Plan
from services.shipment.queue import Waiting
from services.shipment.shortfall import explain, first, short_of
from services.shipment.snapshot import dump, restore
from shared.contracts import Message
from shared.contracts.stock import (
    Allocate,
    AllocationMade,
    AllocationShort,
    Counted,
    CountStock,
    Deallocate,
    Deallocated,
    Explain,
    Issue,
    Issued,
    Level,
    Reallocate,
    Receive,
    Received,
)
from shared.runtime.decider import Context, Decider, Malformed

Command = Allocate | CountStock | Deallocate | Issue | Reallocate | Receive


def receive(command: Receive, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Goods come in, and move the queue."""
    plan = _plan(command, inventory, context)
    return _put(plan, command, plan.level(command.sku).on_hand + command.quantity, Received)


def count(command: CountStock, inventory: Inventory, context: Context) -> Sequence[Message]:
    """What was counted is on hand; finding more moves the queue.

    Even if more is allocated: then the event says who is short.
    """
    plan = _plan(command, inventory, context)
    short = first(short_of(inventory, command.sku, command.quantity))
    return _put(plan, command, command.quantity, Counted, short=short)


def allocate(command: Allocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Everything is set aside for the shipment, or it joins the queue."""
    plan = _plan(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    if key in inventory.allocations or inventory.queue.place_of(key) is not None:
        return []
    waiting = Waiting(key, by_sku(command.lines), command.revision)
    place = inventory.queue.end
    if short := plan.shortages(waiting.lines, place):
        return [plan.backorder(waiting, place, short)]
    return [plan.allocate(waiting)]


def reallocate(command: Reallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """The shipment was edited and needs something else: again it is all or nothing.

    What was set aside for it stays its own as far as it needs it. Where more isn't to be had, all
    of it becomes free and the shipment joins the queue. One that waits keeps its place.
    """
    plan = _plan(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    waiting = Waiting(key, by_sku(command.lines), command.revision)
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


def deallocate(command: Deallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """What was set aside, or the place in the queue, is free: both move the queue."""
    plan = _plan(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    place = inventory.queue.place_of(key)
    if place is not None:
        lines = inventory.queue.waiting[place].lines
        before = plan.barriers(lines)
        plan.leave(place)
    elif key in inventory.allocations:
        lines = inventory.allocations[key]
        before = plan.barriers(lines)
        for line in lines:
            plan.level(line.sku).allocated -= line.quantity
    else:
        return []
    freed = Deallocated(
        warehouse=command.warehouse,
        order_id=command.order_id,
        shipment_id=command.shipment_id,
        levels=plan.now(lines),
    )
    return [freed, *plan.move_queue(before)]


def issue(command: Issue, inventory: Inventory, context: Context) -> Sequence[Message]:
    """What was set aside has left: it is on hand no more, and nothing else becomes free."""
    plan = _plan(command, inventory, context)
    lines = inventory.allocations.get((command.order_id, command.shipment_id))
    if lines is None:
        return []
    for line in lines:
        level = plan.level(line.sku)
        level.allocated -= line.quantity
        level.on_hand = max(0, level.on_hand - line.quantity)
    return [
        Issued(
            warehouse=command.warehouse,
            order_id=command.order_id,
            shipment_id=command.shipment_id,
            levels=plan.now(lines),
        )
    ]


def _plan(command: Command, inventory: Inventory, context: Context) -> Plan:
    if command.warehouse not in context.site.warehouses:
        raise Malformed("warehouse", f"no warehouse is called {command.warehouse}")
    return Plan(command.warehouse, inventory)


def _put(
    plan: Plan,
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


decider: Decider[Inventory] = Decider(
    kind="stock",
    initial=Inventory,
    handlers={
        Receive: receive,
        CountStock: count,
        Allocate: allocate,
        Reallocate: reallocate,
        Deallocate: deallocate,
        Issue: issue,
    },
    queries={Explain: explain},
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=(AllocationMade, AllocationShort, Level),
    dump=dump,
    restore=restore,
)
