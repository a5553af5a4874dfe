"""What moves an order on: the step that comes next, and who takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.portal.queries.models.details import OrderDetails, Payment, Shipment, Short
from services.portal.queries.models.returns import Return
from services.portal.queries.models.stock import QueuePosition

Kind = Literal[
    "answer",  # the services answer a request
    "hold",  # somebody releases the hold
    "refund",  # money that is overpaid goes back
    "pay",
    "provider",  # a payment provider answers
    "release",
    "ship",
    "pack",
    "stock",  # stock arrives, or orders ahead in the queue get theirs
    "assign",  # the warehouse answers
    "complete-return",  # somebody refunds a return whose goods are accounted for
    "return",  # goods of a return arrive
    "exchange",  # an exchange order ships
    "canceled",
    "completed",
]
# Asks whether the services allow an action on a subject now, whatever the reader's roles.
Possible = Callable[[str, str], bool]

# Customer service comes first: nobody else is told that a shipment waits for them.
_STEPS: tuple[tuple[Kind, str, str], ...] = (
    ("release", "InventoryAssigned", "shipment.release"),
    ("ship", "Packing", "shipment.complete"),
    ("pack", "Released", "shipment.add-to-picklist"),
)
_FINAL = ("Shipped", "Canceled")


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, and the command that takes it, if there is one.

    subject   what the command is about: the order, or one of its shipments or payments
    request   the request that the services have to answer
    amount    what is to be paid or refunded
    short     what the shipment waits for; `ahead` shipments are before it in the queue
    others    the number of further shipments that are open
    back      the return that comes next
    """

    kind: Kind
    action: str = ""
    subject: str = ""
    request: str = ""
    amount: Decimal | None = None
    shipment: Shipment | None = None
    short: Short | None = None
    ahead: int = 0
    others: int = 0
    back: Return | None = None


def next_step(
    order: OrderDetails,
    queue: Mapping[tuple[str, str], QueuePosition],
    possible: Possible,
) -> NextStep:
    """The next step of an order; `queue` has the positions of its shipments, by id and SKU."""
    if order.pending:
        return NextStep("answer", request=order.pending[0])
    if order.held:
        plain = any(hold.hold_type is None for hold in order.holds) or not order.holds
        return NextStep("hold", "order.release-hold" if plain else "", order.order_id)
    outstanding = Decimal(order.outstanding)
    if order.status != "Canceled" and outstanding > 0:
        return _payment(order, outstanding)
    opened = [each for each in order.shipments if each.status not in _FINAL]
    if order.status in ("Canceled", "Completed") or not opened:
        if outstanding < 0:
            return _refund(order, -outstanding, possible)
        if order.status == "Canceled":
            return NextStep("canceled")
        return _return(order) or NextStep("completed")
    for kind, status, action in _STEPS:
        ready = [each for each in opened if each.status == status]
        if ready:
            first = next((s for s in ready if possible(action, s.shipment_id)), ready[0])
            others = len(opened) - 1
            return NextStep(kind, action, first.shipment_id, shipment=first, others=others)
    return _stock(opened, queue)


def _payment(order: OrderDetails, outstanding: Decimal) -> NextStep:
    if any(payment.status == "Pending" for payment in order.payments):
        return NextStep("provider", amount=outstanding)
    return NextStep("pay", "payment.add", order.order_id, amount=outstanding)


def _refund(order: OrderDetails, overpaid: Decimal, possible: Possible) -> NextStep:
    """By the first payment that can be refunded; else there is nothing to click."""

    def refundable(payment: Payment) -> bool:
        return bool(payment.captured) or payment.transaction_type in ("Capture", "Sale")

    for payment in filter(refundable, order.payments):
        if possible("payment.refund", payment.payment_id):
            return NextStep("refund", "payment.refund", payment.payment_id, amount=overpaid)
    return NextStep("refund", amount=overpaid)


def _return(order: OrderDetails) -> NextStep | None:
    """What an order waits for once everything has shipped; None without an open return."""
    for status in ("AwaitingCompletion", "AwaitingStockReturn"):
        for back in order.returns:
            if back.status != status:
                continue
            if status == "AwaitingCompletion":
                return NextStep("complete-return", "return.complete", back.return_id, back=back)
            return NextStep("return", back=back)
    for back in order.returns:
        if back.exchange and back.exchange.status in ("Requested", "Ordered"):
            return NextStep("exchange", back=back)
    return None


def _stock(opened: list[Shipment], queue: Mapping[tuple[str, str], QueuePosition]) -> NextStep:
    others = len(opened) - 1
    for shipment in opened:
        for short in shipment.short:
            place = queue.get((shipment.shipment_id, short.sku))
            ahead = len(place.before) if place else 0
            return NextStep("stock", shipment=shipment, short=short, ahead=ahead, others=others)
    return NextStep("assign", shipment=opened[0], others=others)
