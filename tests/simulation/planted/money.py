"""Bugs of the rules about money."""

from __future__ import annotations

from typing import Any

from services.payment import account_closing, state
from services.payment.decider import decider
from shared.contracts import payments
from tests.simulation.planted.registry import Patch, bug


@bug
def refund_twice(patch: Patch) -> None:
    patch.setitem(state._EVOLVE, payments.Refunded, lambda account, event: None)


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
