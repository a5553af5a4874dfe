"""The text of each event for customer service, in the timeline and among the notes.

A text names fields of its event, and those of `COMPUTED`, which are derived from several.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from services.portal.queries.shipment_labels import Numbers, label, reason_with_labels, with_labels
from shared.contracts.money import owed

TEXTS = {
    "order.placed": "Order {order_number} was placed: {total} {currency}{with_coupons}",
    "order.draft-refused": "A draft with the id of this order was not placed",
    "order.hold-requested": "Hold requested",
    "order.held": "The order is on hold",
    "order.hold-refused": "Hold refused",
    "order.release-hold-requested": "Hold release requested",
    "order.hold-released": "Hold released: the order is {status} again",
    "order.cancel-requested": "Cancellation requested",
    "order.canceled": "The order is canceled",
    "order.cancel-refused": "Cancellation refused",
    "order.lines-change-requested": "Edit requested",
    "order.lines-changed": "{summary}",
    "order.lines-change-refused": "Edit refused",
    "order.shipment-edited": "{Shipment} now ships by {shipping_method} to {address}",
    "order.reorder-requested": "Reorder requested as draft {cart_id}",
    "order.reordered": "Reordered as draft {cart_id}",
    "order.reorder-refused": "Reorder refused: no draft was created",
    "order.shipment-closed": "{Shipment} closed: {status}",
    "order.partially-shipped": "The order is partially shipped",
    "order.completed": "The order is completed",
    "order.note-added": "Note: {text}",
    "order.delete-requested": "Deletion requested",
    "order.delete-refused": "Deletion refused",
    "order.deleted": "Order {order_number} was deleted",
    "payment.account-opened": "Amount due: {total} {currency}",
    "payment.total-changed": "New total: {total} {currency}; {owed}",
    "payment.recorded": "{recorded}; {owed}",
    "payment.requested": "The payment provider {provider} was asked {asked}",
    "payment.request-failed": (
        "The {action} of {amount} {currency} of payment {payment_id} failed; {owed}"
    ),
    "payment.account-closing": "Refunds for the canceled order requested",
    "payment.captured": "Captured {amount} {currency} of payment {payment_id}; {owed}",
    "payment.voided": "Voided {amount} {currency} of payment {payment_id}; {owed}",
    "payment.refunded": "Refunded {amount} {currency} of payment {payment_id}; {owed}",
    "payment.order-paid": "The order is paid in full",
    "payment.order-unpaid": "The order is no longer paid in full",
    "payment.account-deleting": "Deletion of the payments is waiting for their providers",
    "payment.account-closed": "Payments closed: no more are accepted",
    "payment.account-deleted": "The payments were deleted",
    "shipment.awaiting-inventory": "{Shipment} is awaiting inventory in {warehouse}",
    "shipment.inventory-requested": "Stock requested for {shipment} in {warehouse}",
    "shipment.backordered": "{Shipment} waits for stock in {warehouse}: {shortages}",
    "shipment.inventory-assigned": "Inventory assigned to {shipment} in {warehouse}",
    "shipment.edited": "{Shipment} now ships by {shipping_method} to {address}",
    "shipment.released": "{Shipment} was released to {warehouse}",
    "shipment.recalled": "{Shipment} was recalled from {warehouse}: {recalled_because}",
    "shipment.packing": "{Shipment} is being packed",
    "shipment.removed-from-picklist": "{Shipment} was removed from the picklist",
    "shipment.shipped": "{Shipment} has shipped from {warehouse}",
    "shipment.canceled": "{Shipment} was canceled",
    "shipment.payment-noted": "Payment confirmed to the shipments: {owed}",
    "shipment.total-noted": "New total confirmed to the shipments: {total} {currency}",
    "shipment.lines-changed": "Edit accepted by the shipments",
    "shipment.lines-change-refused": "Edit refused by the shipments",
    "shipment.held": "The shipments are on hold",
    "shipment.hold-lifted": "The shipments are back in their status before the hold",
    "shipment.hold-refused": "Hold refused: no shipment was left to hold",
    "shipment.cancel-refused": "Cancellation refused by the shipments",
    "shipment.delete-refused": "Deletion refused by the shipments",
    "shipment.deleted": "The shipments were deleted",
    "stock.allocated": "Stock allocated to {shipment} in {warehouse}",
    "stock.backordered": "{Shipment} queued for stock in {warehouse}",
    "stock.deallocated": "Stock of {shipment} returned in {warehouse}",
    "stock.issued": "The items of {shipment} left {warehouse}",
    "cart.draft-created": "A draft was started in market {market}",
    "cart.shipment-set": "{Shipment} ships by {shipping_method} to {address}",
    "cart.line-set": "{quantity} × {name} at {placed_price} in {shipment}",
    "cart.line-removed": "Line {line_id} was removed from {shipment}",
    "cart.coupon-applied": "Coupon {code} was applied",
    "cart.coupon-removed": "Coupon {code} was removed",
    "cart.discount-set": "A discount of {amount} was set",
    "cart.reorder-refused": "Reorder of {order_number} refused: no draft was created",
    "cart.reordered": "The draft was created from order {order_number}",
    "cart.checked-out": "The cart became an order of {total}",
    "cart.order-placed": "Order {order_number} was placed",
    "cart.convert-refused": "The order was not placed",
    "cart.deleted": "The cart was deleted",
}

NAMED = 3  # of a list; the rest is counted
_PROCESSED = {"Credit": "Refunded", "Void": "Voided"}
_RECALLED = {"held": "it is on hold", "canceled": "it is canceled", "edited": "it was edited"}


def what(name: str, data: dict[str, Any], numbers: Numbers) -> str:
    """The text of an event. An event without a text shows its type.

    `numbers` are the numbers of the shipments that the event may be about, by id.
    """
    text = TEXTS.get(name)
    if text is None:
        return name.replace(".", ": ", 1).replace("-", " ")
    return text.format_map(_Fields(data, numbers))


def why(data: dict[str, Any], numbers: Numbers, field: str = "reason") -> str | None:
    """The reason in a field of an event, as text; None if there is none."""
    reason = data.get(field)
    if isinstance(reason, str) and reason in _RECALLED:
        return None  # the text says it
    if isinstance(reason, dict):
        reason = reason_with_labels(reason, numbers)
    return str(reason) if reason else None


class _Fields(dict[str, Any]):
    """An event's fields as text: an address as its name and city, a missing field as ….

    `Shipment` and `shipment` are the shipment's label, at the start of a sentence and within one;
    `summary` has labels in place of shipment ids; `COMPUTED` has the rest.
    """

    def __init__(self, data: dict[str, Any], numbers: Numbers) -> None:
        super().__init__(data)
        self._numbers = numbers

    def __getitem__(self, field: str) -> Any:
        if field in COMPUTED:
            return COMPUTED[field](self)
        if field in ("Shipment", "shipment"):
            number = self._numbers.get(self.get("shipment_id", ""))
            return label(number, start=field == "Shipment")
        value = super().get(field)
        if field == "summary" and isinstance(value, str):
            return with_labels(value, self._numbers)
        if isinstance(value, dict):
            return ", ".join(str(value[part]) for part in ("name", "city") if value.get(part))
        return "…" if value is None else value


def _owed(event: Mapping[str, Any]) -> str:
    outstanding = event.get("outstanding")
    return "…" if outstanding is None else owed(Decimal(outstanding), event["currency"])


def _with_coupons(event: Mapping[str, Any]) -> str:
    coupons = event.get("coupons")
    return f"; coupons: {_list(coupons)}" if coupons else ""


def _recorded(event: Mapping[str, Any]) -> str:
    kind, status = event["transaction_type"], event["status"]
    payment = f"{event['amount']} {event['currency']} by {event['method']} ({kind})"
    if status == "Failed":
        return f"A payment of {payment} failed"
    if status != "Processed":
        return f"A payment of {payment} is {status.lower()}"
    return f"{_PROCESSED.get(kind, 'Paid')} {payment}"


def _asked(event: Mapping[str, Any]) -> str:
    amount = f"{event['amount']} {event['currency']}"
    if event["action"] != "add":
        return f"to {event['action']} {amount} of payment {event['payment_id']}"
    preposition = "to refund" if event["transaction_type"] == "Credit" else "for"
    return f"{preposition} {amount} by {event['method']} ({event['transaction_type']})"


def _shortages(event: Mapping[str, Any]) -> str:
    return _list(f"{s['sku']} ({s['available']} of {s['wanted']})" for s in event.get("short", ()))


def _list(items: Iterable[str]) -> str:
    found = list(items)
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" and {more} more" if more > 0 else "")


COMPUTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "owed": _owed,
    "with_coupons": _with_coupons,
    "recorded": _recorded,
    "asked": _asked,
    "shortages": _shortages,
    "recalled_because": lambda event: _RECALLED.get(event.get("reason", ""), "…"),
}
