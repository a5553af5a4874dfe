"""Bugs of the order's rules."""

from __future__ import annotations

from typing import Any

from services.order.allowed import why_no_hold
from services.order.decider import decider
from services.order.preconditions import require_order
from services.order.reactions import shipment_closed
from services.order.reactions.cancel_refused import refuse_cancel
from shared.contracts import orders, shipments
from shared.contracts.checkout import CartConverted
from shared.runtime.decider import Decision, refuse
from tests.simulation.planted.registry import Patch, bug


@bug
def hold_without_asking_the_shipments(patch: Patch) -> None:
    def hold(command: Any, order: Any, context: Any) -> Any:
        order = require_order(order, command.order_id)
        refuse(why_no_hold(order, context.site))
        return [orders.Held(order_id=order.order_id, order_number=order.number, reason=None)]

    patch.setitem(decider.handlers, orders.Hold, hold)


@bug
def place_a_cart_again(patch: Patch) -> None:
    places = decider.handlers[CartConverted]
    patch.setitem(
        decider.handlers,
        CartConverted,
        lambda cart, _order, context: places(cart, None, context),
    )


@bug
def overlook_the_last_shipment(patch: Patch) -> None:
    patch.setattr(
        shipment_closed, "status_of", lambda ends, *, on_hold: "OnHold" if on_hold else "InProgress"
    )


@bug
def forget_who_asked_for_a_cancel(patch: Patch) -> None:
    patch.setitem(
        decider.handlers,
        shipments.CancelRefused,
        lambda *given: Decision(refuse_cancel(*given).events),
    )
