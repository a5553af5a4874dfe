"""Bugs of the rules about markets with several warehouses."""

from __future__ import annotations

from typing import Any

from services.shipment.fulfilment import outgoing
from services.shipment.fulfilment.decider import decider as fulfilment
from services.shipment.fulfilment.reactions.allocation import ask_next
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.stock import state
from services.shipment.stock.commands.allocate import allocate
from services.shipment.stock.decider import decider as stock
from shared.contracts import shipments
from shared.contracts import stock as goods
from tests.simulation.planted.registry import Patch, bug


@bug
def keep_the_place_of_what_another_warehouse_sends(patch: Patch) -> None:
    patch.setitem(outgoing._FOLLOW, shipments.InventoryAssigned, lambda event: ())


@bug
def queue_a_shipment_where_it_only_asks(patch: Patch) -> None:
    def queue(command: Any, inventory: Any, context: Any) -> Any:
        asked = command.model_dump(exclude={"waits_at"})
        return allocate(goods.Allocate(**asked), inventory, context)

    patch.setitem(stock.handlers, goods.TryAllocate, queue)


@bug
def forget_who_waits_elsewhere(patch: Patch) -> None:
    patch.setitem(state._EVOLVE, goods.Unavailable, lambda inventory, event: None)


@bug
def stop_asking_during_a_hold(patch: Patch) -> None:
    patch.setitem(
        fulfilment.handlers,
        goods.AllocationUnavailable,
        lambda fact, order, context: [] if order.held else ask_next(fact, order, context),
    )


@bug
def forget_that_another_warehouse_is_asked(patch: Patch) -> None:
    patch.setattr(Shipment, "claims", property(lambda self: (self.warehouse,)))
