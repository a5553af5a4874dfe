"""Bugs of the rules about money."""

from __future__ import annotations

from typing import Any

from services.payment import account_closing, evolution, shipment_capture
from services.payment.decider import decider
from services.payment.reactions import provider_result
from shared.contracts import orders, payments
from tests.simulation.planted.registry import Patch, bug


@bug
def refund_twice(patch: Patch) -> None:
    patch.setitem(evolution._EVOLVE, payments.Refunded, lambda account, event: None)


@bug
def keep_the_money_of_a_canceled_order(patch: Patch) -> None:
    def move_all(self: Any, action: str, *rest: Any) -> None:
        if action != "refund":
            moves(self, action, *rest)

    moves = account_closing.ClosingAccount._move_all
    patch.setattr(account_closing.ClosingAccount, "_move_all", move_all)


@bug
def believe_a_provider_twice(patch: Patch) -> None:
    settles = decider.handlers[payments.Settle]

    def settle(command: Any, account: Any, context: Any) -> Any:
        for ask in account.requests.values() if account else ():
            ask.outcome = None
        return settles(command, account, context)

    patch.setitem(decider.handlers, payments.Settle, settle)


@bug
def count_a_capture_as_new_money(patch: Patch) -> None:
    captures = decider.handlers[payments.Capture]

    def capture(command: Any, account: Any, context: Any) -> Any:
        return [
            event.model_copy(update={"paid": event.paid + event.amount})
            for event in captures(command, account, context)
        ]

    patch.setitem(decider.handlers, payments.Capture, capture)


@bug
def capture_what_is_captured_already(patch: Patch) -> None:
    patch.setattr(shipment_capture, "missing", lambda account: account.capture_due)


@bug
def capture_nothing_after_a_provider_answered(patch: Patch) -> None:
    patch.setitem(decider.handlers, payments.Settle, provider_result.settle)


@bug
def keep_what_is_left_of_an_authorization(patch: Patch) -> None:
    def noted(account: Any, event: Any) -> None:
        account.capture_due = event.due

    patch.setitem(evolution._EVOLVE, payments.CaptureDueNoted, noted)
    patch.setitem(evolution._EVOLVE, payments.ShippingEnded, lambda account, event: None)


@bug
def forget_that_a_shipment_is_due(patch: Patch) -> None:
    patch.setitem(decider.handlers, orders.CaptureDue, lambda *_: [])


@bug
def ignore_holds_that_stop_captures(patch: Patch) -> None:
    patch.setitem(decider.handlers, orders.Held, lambda *_: [])
