"""Texts of activity notes: one function for each class of event.

They contain no personal data and nothing that a person wrote, so they may be kept and shown
anywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from shared.contracts import Message, orders, payments, reorders, shipments
from shared.contracts.money import owed
from shared.contracts.replies import Reason
from shared.contracts.topics import PAYMENT_EVENTS, SHIPMENT_EVENTS

NAMED = 3  # of a list; the rest is counted
_RECALLED = {"held": "it is on hold", "canceled": "it is canceled", "edited": "it was edited"}

Refused = (
    orders.HoldRefused | orders.CancelRefused | orders.DeleteRefused | orders.LinesChangeRefused
)
Balance = (
    payments.Recorded
    | payments.Captured
    | payments.Voided
    | payments.Refunded
    | payments.RequestFailed
)


def activity_text(event: Message) -> str | None:
    """Returns the text for an event, or None if it has none."""
    words = TEXTS.get(type(event))
    return words(event) if words else None


# The order itself


def _placed(event: orders.Placed) -> str:
    words = f"{event.order_number} was placed: {_money(event.total, event.currency)}."
    return f"{words} Coupons: {_list(event.coupons)}." if event.coupons else words


def _refused(what: str) -> Callable[[Any], str]:
    def words(event: Any) -> str:
        reason: Reason = event.reason
        return f"The {what} was refused. {reason.message}"

    return words


def _hold_released(event: orders.HoldReleased) -> str:
    return f"The hold was released; the order is {event.status}."


def _lines_changed(event: orders.LinesChanged) -> str:
    return event.summary


def _fixed(words: str) -> Callable[[Any], str]:
    return lambda _: words


# Its money


def _recorded(event: payments.Recorded) -> str:
    how = f"{_money(event.amount, event.currency)} by {event.method} ({event.transaction_type})"
    match event.status:
        case "Processed" if event.transaction_type == "Credit":
            words = f"Gave back {how}"
        case "Processed" if event.transaction_type == "Void":
            words = f"Let go of {how}"
        case "Processed":
            words = f"Paid {how}"
        case "Failed":
            words = f"A payment of {how} failed"
        case status:
            words = f"A payment of {how} is {status.lower()}"
    return f"{words}; {_outstanding(event)}."


def _amount_moved(verb: str) -> Callable[[Any], str]:
    def words(event: Balance) -> str:
        amount = _money(event.amount, event.currency)
        return f"{verb} {amount} of payment {event.payment_id}; {_outstanding(event)}."

    return words


def _requested(event: payments.Requested) -> str:
    amount = _money(event.amount, event.currency)
    if event.action != "add":
        words = f"to {event.action} {amount} of payment {event.payment_id}"
    elif event.transaction_type == "Credit":
        words = f"to give back {amount} by {event.method} (Credit)"
    else:
        words = f"for {amount} by {event.method} ({event.transaction_type})"
    return f"The payment provider {event.provider} was asked {words}."


def _request_failed(event: payments.RequestFailed) -> str:
    what = f"The {event.action} of {_money(event.amount, event.currency)}"
    return f"{what} of payment {event.payment_id} failed; {_outstanding(event)}."


def _outstanding(event: Balance) -> str:
    return owed(event.outstanding, event.currency)


# Its shipments


def _assigned(event: shipments.InventoryAssigned) -> str:
    return f"Shipment {event.shipment_id} has its inventory, in the warehouse {event.warehouse}."


def _backordered(event: shipments.Backordered) -> str:
    short = _list(f"{each.sku} ({each.available} of {each.wanted})" for each in event.short)
    return f"Shipment {event.shipment_id} waits for stock: {short}."


def _released(event: shipments.Released) -> str:
    return f"Shipment {event.shipment_id} was released to the warehouse {event.warehouse}."


def _recalled(event: shipments.Recalled) -> str:
    why = _RECALLED[event.reason]
    where = f"from the warehouse {event.warehouse}"
    return f"Shipment {event.shipment_id} was recalled {where}: {why}."


def _shipped(event: shipments.Shipped) -> str:
    return f"Shipment {event.shipment_id} has left the warehouse {event.warehouse}."


def _edited(event: shipments.Edited) -> str:
    return f"Shipment {event.shipment_id} was edited; it goes by {event.shipping_method}."


def _shipment(words: str) -> Callable[[Any], str]:
    return lambda event: f"Shipment {event.shipment_id} {words}."


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:f} {currency}"


def _list(items: Iterable[str]) -> str:
    found = list(items)
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" and {more} more" if more > 0 else "")


TEXTS: Mapping[type[Message], Callable[[Any], str]] = {
    orders.Placed: _placed,
    orders.HoldRequested: _fixed("Hold requested."),
    orders.Held: _fixed("The order is on hold."),
    orders.HoldRefused: _refused("hold"),
    orders.ReleaseHoldRequested: _fixed("Hold release requested."),
    orders.HoldReleased: _hold_released,
    orders.CancelRequested: _fixed("Cancellation requested."),
    orders.Canceled: _fixed("The order is canceled."),
    orders.CancelRefused: _refused("cancellation"),
    orders.DeleteRequested: _fixed("Deletion requested."),
    orders.DeleteRefused: _refused("deletion"),
    orders.LinesChangeRequested: _fixed("Edit requested."),
    orders.LinesChanged: _lines_changed,
    orders.LinesChangeRefused: _refused("edit"),
    reorders.OrderReordered: lambda event: f"Reordered as draft {event.cart_id}.",
    reorders.OrderReorderRefused: _refused("reorder"),
    orders.PartiallyShipped: _fixed("The order is partially shipped."),
    orders.Completed: _fixed("The order is completed."),
    payments.Requested: _requested,
    payments.RequestFailed: _request_failed,
    payments.Recorded: _recorded,
    payments.Captured: _amount_moved("Captured"),
    payments.Voided: _amount_moved("Voided"),
    payments.Refunded: _amount_moved("Refunded"),
    shipments.InventoryAssigned: _assigned,
    shipments.Backordered: _backordered,
    shipments.Edited: _edited,
    shipments.Released: _released,
    shipments.Recalled: _recalled,
    shipments.Packing: _shipment("is being packed"),
    shipments.RemovedFromPicklist: _shipment("was removed from the picklist"),
    shipments.Shipped: _shipped,
    shipments.Canceled: _shipment("was canceled"),
}

# Facts of other services that the order service reads at least for their activity note.
NOTED_FACTS = tuple(event for event in TEXTS if event.topic in (PAYMENT_EVENTS, SHIPMENT_EVENTS))
