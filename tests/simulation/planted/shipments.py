"""Bugs of the shipments' rules."""

from __future__ import annotations

from typing import Any

from services.shipment.fulfilment import events, evolution, guards, outgoing, state
from services.shipment.fulfilment.decider import decider
from services.shipment.fulfilment.reactions import hold_requested
from services.shipment.fulfilment.reactions.allocation import assign_inventory
from services.shipment.fulfilment.shipment import Shipment
from shared.contracts import shipments, stock
from tests.simulation.planted.registry import Patch, bug


@bug
def restore_the_wrong_status_after_a_hold(patch: Patch) -> None:
    def standing(self: Any) -> Any:
        status = self.status_before_hold or self.status
        status = "Released" if status == "Packing" else status
        return shipments.Standing(shipment_id=self.shipment_id, status=status)

    patch.setattr(Shipment, "standing", property(standing))


@bug
def let_held_shipments_go_on(patch: Patch) -> None:
    patch.setattr(evolution, "_hold", lambda shipment, standing: None)


@bug
def hold_without_a_recall(patch: Patch) -> None:
    patch.setattr(events, "recalled", lambda shipment, *_: _noted(shipment))


def _noted(shipment: Any) -> Any:
    return shipments.RemovedFromPicklist(
        order_id=shipment.order_id,
        shipment_id=shipment.shipment_id,
        warehouse=shipment.warehouse,
        status=shipment.status,
    )


@bug
def lift_a_hold_without_notifying_the_warehouse(patch: Patch) -> None:
    patch.setattr(hold_requested, "_resumed", lambda *_: [])


@bug
def release_what_is_not_paid(patch: Patch) -> None:
    patch.setitem(guards.GUARDS, "paid-in-full", lambda *_: None)


@bug
def cancel_what_has_shipped(patch: Patch) -> None:
    patch.setattr(state.Fulfilment, "any_in", lambda self, status: [])


@bug
def lose_the_stock_that_comes_during_a_hold(patch: Patch) -> None:
    patch.setitem(
        decider.handlers,
        stock.AllocationMade,
        lambda fact, order, context: [] if order.held else assign_inventory(fact, order, context),
    )


@bug
def keep_a_canceled_shipments_stock(patch: Patch) -> None:
    patch.setitem(outgoing._FOLLOW, shipments.Canceled, lambda event: ())


@bug
def lift_every_hold_with_the_first(patch: Patch) -> None:
    patch.setattr(evolution, "lifted", lambda holds, ids: {})


@bug
def forget_a_corrected_tracking_number(patch: Patch) -> None:
    patch.setitem(evolution._EVOLVE, shipments.TrackingCorrected, evolution._moved)


@bug
def correct_what_was_not_given(patch: Patch) -> None:
    corrects = decider.handlers[shipments.CorrectTracking]

    def correct(command: Any, order: Any, context: Any) -> Any:
        return [
            event.model_copy(update={"former_carrier": command.carrier})
            for event in corrects(command, order, context)
        ]

    patch.setitem(decider.handlers, shipments.CorrectTracking, correct)


@bug
def ship_what_a_hold_stops(patch: Patch) -> None:
    patch.setitem(guards.GUARDS, "shipping-not-stopped", lambda *_: None)
