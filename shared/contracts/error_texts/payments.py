"""Rejections of commands on payments."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

_WAIT = "Wait for the provider's answer."

PAYMENTS: Mapping[str, ErrorText] = {
    "unknown-payment": ErrorText("The order has no payment {payment}.", "Check the payment's id."),
    "no-payments": ErrorText("The order has no payments.", "Add a payment first."),
    "amount-zero": ErrorText(
        "The amount is zero.", "Enter an amount above zero, or leave it out for the full amount."
    ),
    "amount-missing": ErrorText("Nothing is overpaid.", "Enter the amount to refund."),
    "not-addable": ErrorText(
        "A payment can't be added as a void.", "Void the authorization instead."
    ),
    "nothing-taken": ErrorText(
        "No captured money is left to refund.", "There is nothing to refund."
    ),
    "nothing-taken.payment": ErrorText(
        "Payment {payment} holds no captured money.", "Refund another payment."
    ),
    "exchange-payment": ErrorText(
        "Payment {payment} is the worth of a return that was exchanged for this order.",
        "Cancel the order, and the worth goes back to the order of the return; or return its goods "
        "once they have shipped.",
    ),
    "already-paid": ErrorText("The order is paid in full.", "No payment is needed."),
    "already-paid.over": ErrorText(
        "The order is overpaid by {overpaid} {currency}.", "Refund the overpaid amount."
    ),
    "payment-pending": ErrorText(
        "The payment provider has not answered the {action} of payment {payment} yet.", _WAIT
    ),
    "payment-pending.coming": ErrorText(
        "A payment provider is processing {amount} {currency}.", _WAIT
    ),
    "unknown-method": ErrorText("{market} does not offer {method}.", "Choose one of: {offered}."),
    "unknown-method.none": ErrorText(
        "{market} offers no methods for this.", "Add one to the market in the site file."
    ),
    "nothing-left": ErrorText(
        "Nothing of payment {payment} is left to {verb}.", "It was captured or voided before."
    ),
    "authorization-expired": ErrorText(
        "Payment {payment} expired on {since}, before {amount} {currency} of it were captured.",
        "Add another payment.",
    ),
    "nothing-owed": ErrorText(
        "The order's total has been captured.", "To capture more, enter an amount."
    ),
    "captured": ErrorText(
        "{amount} {currency} of payment {payment} have been captured, and nothing is left to void.",
        "Refund it instead.",
    ),
    "too-much": ErrorText(
        "{wanted} {currency} is more than the {most} {currency} that can be {verb}.",
        "Enter at most {most} {currency}.",
    ),
    "order-canceled": ErrorText("The order is canceled.", "Only refunds are possible now."),
    "order-canceled.deleting": ErrorText(
        "The order is being deleted.", "Only refunds are possible now."
    ),
    "not-processed": ErrorText(
        "Payment {payment} is {status}, not processed.", "Add another payment."
    ),
    "not-an-authorization": ErrorText(
        "Payment {payment} is of type {type}, and only an authorization can be captured or voided.",
        "To return money, refund it instead.",
    ),
    "declined": ErrorText("{reason}", "Try again, or use another payment method."),
    "unknown-request": ErrorText(
        "There is no payment request {request}.", "Check the request's id."
    ),
    "answered-already": ErrorText(
        "Request {request} was already answered: {outcome}.", "The first answer counts."
    ),
}
