"""Rejections of commands on returns and exchanges."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

_WAIT = "Wait a moment, then try again."

RETURNS: Mapping[str, ErrorText] = {
    "unknown-return": ErrorText("The order has no return {return_id}.", "Check the return's id."),
    "no-returns": ErrorText("The order has no returns.", "Create a return first."),
    "nothing-shipped": ErrorText(
        "Nothing of the order has shipped.", "Cancel the shipments instead."
    ),
    "nothing-to-return": ErrorText(
        "Everything that shipped is in a return already.",
        "Complete or cancel the returns that are open.",
    ),
    "not-shipped": ErrorText(
        "Shipment {shipment} has not shipped.", "Return the lines of shipped shipments only."
    ),
    "too-many.return": ErrorText(
        "Of line {line} in shipment {shipment}, {left} can be returned, not {wanted}.",
        "Enter the quantity that is left, or leave the line out.",
    ),
    "unknown-reason": ErrorText(
        "There is no reason {reason} for returns.", "Use one of these: {configured}."
    ),
    "unknown-condition": ErrorText(
        "There is no condition {condition} of returned goods.", "Use one of these: {configured}."
    ),
    "unknown-warehouse.return": ErrorText(
        "There is no warehouse for returns called {warehouse}.", "Use one of these: {known}."
    ),
    "return-too-late": ErrorText(
        "Shipment {shipment} could be returned for {days} days after it shipped.",
        "Accept the return as late, or leave the lines of that shipment out.",
    ),
    "replacement-incomplete": ErrorText(
        "Replacement {sku} has no name or price, and is not among the returned articles.",
        "Enter its name and its price.",
    ),
    "id-reused.exchange": ErrorText(
        "Order {order} has the id of the exchange order.",
        "Complete the return to refund it, and create the order separately.",
    ),
    "id-reused.exchange-order": ErrorText(
        "There is an order with the id {exchange_order} already.",
        "Choose another id for the exchange order.",
    ),
    "unknown-line.return": ErrorText(
        "Return {return_id} has no line {line} of shipment {shipment}.",
        "Check the ids of the shipment and the line.",
    ),
    "more-than-expected": ErrorText(
        "Of line {line} in shipment {shipment}, {left} are still expected, not {wanted}.",
        "Enter the quantity that is expected; create another return for the rest.",
    ),
    "all-accounted": ErrorText(
        "No more goods of return {return_id} are expected.", "Complete the return."
    ),
    "goods-expected": ErrorText(
        "Goods of return {return_id} are still expected.",
        "Receive them, or record that they are lost or missing.",
    ),
    "goods-received": ErrorText(
        "Goods of return {return_id} have arrived.", "Complete the return instead."
    ),
    "return-complete": ErrorText(
        "Return {return_id} is complete.", "Create another return for other goods."
    ),
    "return-canceled": ErrorText("Return {return_id} is canceled.", "Create another return."),
    "refund-pending.return": ErrorText("The refund of return {return_id} is being made.", _WAIT),
    "refund-pending.shipping": ErrorText("A shipping cost is being refunded.", _WAIT),
    "not-shipped.shipping": ErrorText(
        "Shipment {shipment} has not shipped.", "Edit the shipment to change its shipping cost."
    ),
    "nothing-left.shipping": ErrorText(
        "Nothing of the shipping cost of shipment {shipment} is left to refund.",
        "It was free, or was refunded before.",
    ),
    "exchange-pending": ErrorText(
        "The exchange order of return {return_id} is being placed.", _WAIT
    ),
    "exchange-placed": ErrorText(
        "Return {return_id} was exchanged for another order.", "Cancel the exchange order first."
    ),
    "return-open": ErrorText(
        "Return {return_id} is not complete.", "Complete or cancel the return first."
    ),
    "exchange-open": ErrorText(
        "The exchange order of return {return_id} is not completed.",
        "Wait until it has shipped, or cancel it.",
    ),
}
