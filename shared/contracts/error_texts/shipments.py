"""Rejections of commands on shipments."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

_AWAITS = "The shipment is awaiting inventory."

SHIPMENTS: Mapping[str, ErrorText] = {
    "not-paid": ErrorText("The order is not paid in full.", "Add a payment."),
    "not-paid.owes": ErrorText(
        "The order has {outstanding} {currency} outstanding.",
        "Add a payment of {outstanding} {currency}.",
    ),
    "total-pending": ErrorText(
        "The order was edited, and its new total is being calculated.",
        "Wait a moment, then try again.",
    ),
    "stock-asked": ErrorText(
        "Stock has already been requested for the shipment.", "Wait for the stock's answer."
    ),
    "no-address": ErrorText(
        "The shipment has no complete address.",
        "Edit the shipment: it needs a name, a street, a city and a country.",
    ),
    "no-shipping-method": ErrorText(
        "The shipment has no shipping method.", "Edit the shipment and choose one."
    ),
    "has-inventory": ErrorText(
        "The shipment already has its inventory.", "There is nothing to wait for."
    ),
    "last-open-on-hold": ErrorText(
        "The order is on hold, and this is its last open shipment.", "Release the hold first."
    ),
    "at-warehouse": ErrorText(
        "Shipment {shipment} is with the warehouse: {status}.",
        "To stop the warehouse, hold the order or cancel the shipment.",
    ),
    "no-inventory.unpaid": ErrorText(
        _AWAITS, "Stock is requested as soon as the order is paid in full."
    ),
    "no-inventory.pending": ErrorText(_AWAITS, "Wait a moment for the stock's answer."),
    "no-inventory": ErrorText(
        f"{_AWAITS} {{warehouse}} is short of {{items}}.",
        "Wait for stock, or edit its lines. Shipments get stock in the order of the queue: see the "
        "warehouse's stock page or 'waybill stock queue {warehouse}'.",
    ),
    "no-inventory.queued": ErrorText(
        f"{_AWAITS} {{warehouse}} is short of {{items}}. In the queue it is {{queue}}.",
        "Wait for stock, or edit its lines. Shipments get stock in the order of the queue.",
    ),
    "no-inventory.elsewhere": ErrorText(
        f"{_AWAITS} {{warehouse}} is short of {{items}}, and no other warehouse has all of it: "
        "{others}.",
        "Wait for stock in any of them, or edit its lines. Shipments get stock in the order of the "
        "queue: see the warehouse's stock page or 'waybill stock queue {warehouse}'.",
    ),
    "no-inventory.elsewhere-queued": ErrorText(
        f"{_AWAITS} {{warehouse}} is short of {{items}}, and no other warehouse has all of it: "
        "{others}. In the queue it is {queue}.",
        "Wait for stock in any of them, or edit its lines. Shipments get stock in the order of the "
        "queue.",
    ),
    "wrong-status": ErrorText(
        "The shipment is {status}. To {command}, it must be {needed}.",
        "Complete the earlier steps first.",
    ),
    "wrong-status.final": ErrorText(
        "The shipment is {status}, which is final.", "To send it again, reorder the order."
    ),
    "receipts-full": ErrorText(
        "{sku} is expected on {most} days already.",
        "Set the quantity of a day that has passed to 0.",
    ),
    "not-quarantined": ErrorText(
        "{quarantined} of {sku} are in quarantine in {warehouse}, fewer than {wanted}.",
        "Release at most {quarantined}.",
    ),
    "not-quarantined.none": ErrorText(
        "No {sku} is in quarantine in {warehouse}.", "Check the article and the warehouse."
    ),
    "nothing-open": ErrorText(
        "The order has no open shipment.", "Reorder the order to make a new draft."
    ),
    "already-shipped": ErrorText(
        "Shipment {shipments} has shipped.", "Lines can only be edited before that."
    ),
    "split-meanwhile": ErrorText(
        "Shipment {shipment} was split over several warehouses meanwhile.",
        "Check which shipment has the line now, then edit it there.",
    ),
    "stays-whole": ErrorText(
        "The shipment isn't split over several warehouses.",
        "Its market has to allow it, and a shipment is split only once.",
    ),
    "already-shipped.order": ErrorText(
        "Already shipped: {shipments}.", "Shipped shipments can't be stopped."
    ),
    "already-canceled": ErrorText(
        "Every shipment of the order is canceled.", "Reorder the order to make a new draft."
    ),
}
