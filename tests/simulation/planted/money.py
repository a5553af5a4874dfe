"""Bugs of the rules about money."""

from __future__ import annotations

from typing import Any

from services.payment import moving, opening, state
from services.payment.payment import decider
from shared.contracts import payments
from tests.simulation.planted.registry import Patch, bug


@bug
def refund_twice(patch: Patch) -> None:
    def apply(account: Any, event: Any) -> None:
        if not isinstance(event, payments.Refunded):
            applies(account, event)

    applies = state._apply
    patch.setattr(state, "_apply", apply)


@bug
def keep_the_money_of_a_canceled_order(patch: Patch) -> None:
    patch.setattr(opening, "_refund_all", lambda *_: [])


@bug
def forget_to_say_that_an_order_is_paid(patch: Patch) -> None:
    crosses = moving.crossing

    def crossing(account: Any, paid: Any) -> Any:
        return [e for e in crosses(account, paid) if not isinstance(e, payments.OrderUnpaid)]

    patch.setattr(moving, "crossing", crossing)


@bug
def count_a_capture_as_new_money(patch: Patch) -> None:
    captures = decider.handlers[payments.Capture]

    def capture(command: Any, account: Any, context: Any) -> Any:
        return [
            event.model_copy(update={"paid": event.paid + event.amount})
            for event in captures(command, account, context)
        ]

    patch.setitem(decider.handlers, payments.Capture, capture)
