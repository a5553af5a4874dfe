"""Rejections of commands on purchase orders."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

_WAIT = "Wait a moment, then try again."
_RELEASE_HOLD = "Release the hold first."

ORDERS: Mapping[str, ErrorText] = {
    "unknown-order": ErrorText(
        "There is no order {order}.", "Check the id, or look the order up by its number."
    ),
    "completed": ErrorText(
        "The order is completed and can't be {done}.", "Reorder it to make a new draft."
    ),
    "canceled": ErrorText(
        "The order is canceled and can't be {done}.", "Reorder it to make a new draft."
    ),
    "on-hold": ErrorText("The order is on hold.", _RELEASE_HOLD),
    "on-hold.named": ErrorText(
        "The order is on hold: {holds}.", "Release the hold. Who may do so: {lifters}."
    ),
    "on-hold.already": ErrorText("The order is already on hold.", "Release the hold to continue."),
    "not-on-hold": ErrorText("The order is not on hold.", "There is no hold to release."),
    "not-on-hold.typed": ErrorText(
        "The order has no hold without a type. It has: {holds}.", "Choose the hold to release."
    ),
    "not-on-hold.other": ErrorText(
        "The order has no hold {hold}. It has: {holds}.", "Choose one of its holds."
    ),
    "not-your-hold": ErrorText(
        "The hold {hold} belongs to {owner}.", "Who may release it: its owner; {lifters}."
    ),
    "unknown-hold-type": ErrorText("There is no hold type {type}.", "The types are: {known}."),
    "id-reused.hold": ErrorText(
        "The order already has the hold {hold}, with other content.",
        "Release it first, or use another id.",
    ),
    "id-reused.released-hold": ErrorText(
        "The hold {hold} was released already.", "Use a new id to place another hold."
    ),
    "too-many-holds": ErrorText(
        "An order has at most {most} holds.", "Release one of its holds first."
    ),
    "hold-pending": ErrorText("A hold of the order has been requested.", _WAIT),
    "release-pending": ErrorText("The hold of the order is being released.", _WAIT),
    "cancel-pending": ErrorText(
        "The order is being canceled.", "Wait until its shipments have confirmed it."
    ),
    "delete-pending": ErrorText(
        "The order is being deleted.", "Wait until its shipments have confirmed it."
    ),
    "edit-pending": ErrorText("An edit of the order is still being made.", _WAIT),
    "reorder-pending": ErrorText("A draft of the order is being made.", _WAIT),
    "order-open": ErrorText(
        "Order {order} is still open.",
        "Wait until it is completed or cancel it, or delete the customer without orders.",
    ),
    "order-open.business": ErrorText(
        "Something of order {order} isn't settled yet: a return, an exchange, or a request.",
        "Settle it first, or delete the customer without orders.",
    ),
    "shipped": ErrorText(
        "Shipment {shipment} has shipped.", "Cancel the shipments that have not shipped instead."
    ),
    "partially-shipped": ErrorText(
        "A part of the order has shipped.",
        "Lines and discounts can only be edited before anything ships.",
    ),
}

EDITS: Mapping[str, ErrorText] = {
    "unknown-line": ErrorText(
        "Shipment {shipment} has no line {line}.", "Check the ids of the shipment and the line."
    ),
    "unknown-shipment": ErrorText(
        "The order has no shipment {shipment}.", "Check the id of the shipment."
    ),
    "unknown-shipment.new": ErrorText(
        "The order has no shipment {shipment}.",
        "For a new shipment, enter an address and a shipping method.",
    ),
    "order-full": ErrorText("An order has at most {most} lines.", "Create a second order."),
    "order-full.shipments": ErrorText(
        "An order has at most {most} shipments.", "Move the line to an existing shipment."
    ),
    "same-shipment": ErrorText(
        "Line {line} is already in shipment {shipment}.", "Choose another shipment."
    ),
    "too-many": ErrorText(
        "Line {line} has {pieces} units, not {wanted}.", "Move at most {pieces}."
    ),
    "last-line": ErrorText(
        "Line {line} is the last line of shipment {shipment}, and a shipment keeps at least one.",
        "Cancel the shipment instead.",
    ),
    "id-reused.shipment": ErrorText(
        "Shipment {shipment} already exists with another address or shipping method.",
        "Leave out the address and the method, or use a new id.",
    ),
    "id-reused.line": ErrorText(
        "Shipment {shipment} already has a line {line}.", "Give to_line_id another id."
    ),
    "discount-too-high": ErrorText(
        "A discount of {amount} {currency} is more than {most} {currency}, the amount that it is "
        "taken from.",
        "Enter at most {most} {currency}.",
    ),
}
