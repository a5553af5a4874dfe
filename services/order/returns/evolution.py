"""How events change a return."""

from collections.abc import Callable, Mapping
from typing import Any

from services.order.returns.lifecycle import Trigger, move
from services.order.returns.state import Return, account
from shared.contracts import Message, returns


def _received(back: Return, event: returns.ReturnReceived) -> None:
    for line in event.lines:
        account(back.lines[line.shipment_id, line.line_id], line)
    back.status = event.status


def _completion_requested(back: Return, event: returns.ReturnCompletionRequested) -> None:
    back.request = event.request
    back.worth = event.worth
    back.shipments = event.shipments
    back.value(event.lines)


def _completed(back: Return, _event: returns.ReturnCompleted) -> None:
    back.request = None
    _move(back, Trigger.REFUNDED)


def _completion_refused(back: Return, _event: returns.ReturnCompletionRefused) -> None:
    back.request = None
    _move(back, Trigger.REFUND_REFUSED)


def _canceled(back: Return, _event: returns.ReturnCanceled) -> None:
    _move(back, Trigger.CANCEL)
    back.valued = {}


def _move(back: Return, trigger: Trigger) -> None:
    row = move(back.status, trigger)
    back.status = row.target if row else back.status


def _exchange_requested(back: Return, event: returns.ExchangeRequested) -> None:
    back.exchange = "requested"
    back.transferred = event.transferred
    back.value(event.lines)


def _exchange_ordered(back: Return, _event: returns.ExchangeOrdered) -> None:
    back.exchange = "ordered"


def _exchange_refused(back: Return, _event: returns.ExchangeRefused) -> None:
    back.exchange = "refused"
    back.undo_exchange()


def _exchange_settled(back: Return, event: returns.ExchangeSettled) -> None:
    back.exchange = event.status
    if event.status == "Canceled":
        back.undo_exchange()


EVOLVE: Mapping[type[Message], Callable[[Return, Any], None]] = {
    returns.ReturnReceived: _received,
    returns.ReturnCompletionRequested: _completion_requested,
    returns.ReturnCompleted: _completed,
    returns.ReturnCompletionRefused: _completion_refused,
    returns.ReturnCanceled: _canceled,
    returns.ExchangeRequested: _exchange_requested,
    returns.ExchangeOrdered: _exchange_ordered,
    returns.ExchangeRefused: _exchange_refused,
    returns.ExchangeSettled: _exchange_settled,
}


def evolve_return(back: Return, event: Message) -> None:
    """Applies an event about a return. Changes it in place."""
    EVOLVE[type(event)](back, event)
