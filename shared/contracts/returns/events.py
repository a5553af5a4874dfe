"""Events about returns and exchanges, and what warehouses hear of them."""

from typing import Literal

from shared.contracts.base import Id, Text, Timestamp, message
from shared.contracts.checkout import CartConverted
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.replies import Reason
from shared.contracts.returns.parts import (
    AboutReturn,
    DecidedLine,
    ExpectedLine,
    ReceivedLine,
    Replacement,
    ReturnedGoods,
    ReturnStatus,
    ValuedLine,
    Worth,
)
from shared.contracts.topics import ORDER_EVENTS, PAYMENT_EVENTS, WAREHOUSE_RETURNS

# Events of orders


@message("waybill.return.created.v1", on=ORDER_EVENTS)
class ReturnCreated(AboutReturn):
    """Goods are expected back. With a `replacement` it is an exchange."""

    order_number: str
    warehouse: Id
    lines: tuple[ExpectedLine, ...]
    comment: Text | None
    late: bool
    replacement: Replacement | None
    created_at: Timestamp


@message("waybill.return.received.v1", on=ORDER_EVENTS)
class ReturnReceived(AboutReturn):
    """Goods of a return were accounted for. `status` is the return's status now."""

    order_number: str
    warehouse: Id
    lines: tuple[ReceivedLine, ...]
    # What the stock takes back: the received pieces, by article.
    goods: tuple[ReturnedGoods, ...]
    status: ReturnStatus
    received_at: Timestamp


@message("waybill.return.completion-requested.v1", on=ORDER_EVENTS)
class ReturnCompletionRequested(AboutReturn):
    """What the customer gets back is decided; the payment service refunds it.

    worth       what the accepted pieces are worth
    transferred the part of it that paid for the exchange order already
    refund      the rest, which is paid back
    lines       the accepted pieces and what they cost
    shipments   the shipments whose shipping cost is refunded
    """

    order_number: str
    request: str
    currency: Currency
    worth: Worth
    transferred: Amount
    refund: Amount
    decisions: tuple[DecidedLine, ...]
    method: Id | None
    reference: Text | None
    note: Text | None
    lines: tuple[ValuedLine, ...] = ()
    shipments: tuple[Id, ...] = ()


@message("waybill.return.completed.v1", on=ORDER_EVENTS)
class ReturnCompleted(AboutReturn):
    """The return is complete: the money is settled."""

    order_number: str
    currency: Currency
    worth: Worth
    transferred: Amount
    refunded: Amount


@message("waybill.return.completion-refused.v1", on=ORDER_EVENTS)
class ReturnCompletionRefused(AboutReturn):
    """The refund failed, in full or in part; the return awaits completion again."""

    order_number: str
    refunded: Amount
    reason: Reason


@message("waybill.return.canceled.v1", on=ORDER_EVENTS)
class ReturnCanceled(AboutReturn):
    """The goods are no longer expected."""

    order_number: str
    warehouse: Id
    reason: Text | None


@message("waybill.exchange.requested.v1", on=ORDER_EVENTS)
class ExchangeRequested(AboutReturn):
    """The exchange order is being placed; `transferred` of what the return is worth pays for it.

    lines  the pieces that are worth this, and what they cost
    cart   the complete exchange order, as it is sent
    """

    order_number: str
    exchange_order_id: Id
    currency: Currency
    transferred: Amount
    lines: tuple[ValuedLine, ...] = ()
    cart: CartConverted | None = None


@message("waybill.exchange.ordered.v1", on=ORDER_EVENTS)
class ExchangeOrdered(AboutReturn):
    """The exchange order was placed."""

    order_number: str
    exchange_order_id: Id
    exchange_order_number: str


@message("waybill.exchange.refused.v1", on=ORDER_EVENTS)
class ExchangeRefused(AboutReturn):
    """The exchange order couldn't be placed; the return is refunded instead.

    `transferred` is what comes back to the order.
    """

    order_number: str
    exchange_order_id: Id
    transferred: Amount
    currency: Currency
    reason: Reason


@message("waybill.exchange.settled.v1", on=ORDER_EVENTS)
class ExchangeSettled(AboutReturn):
    """The exchange order is completed or canceled: the order no longer awaits it."""

    order_number: str
    exchange_order_id: Id
    status: Literal["Completed", "Canceled"]


# To warehouses


@message("waybill.return.expected.v1", on=WAREHOUSE_RETURNS)
class Expected(AboutReturn):
    """Goods will arrive; answer with `waybill.return.receive.v1`."""

    order_number: str
    warehouse: Id
    lines: tuple[ExpectedLine, ...]
    exchange: bool
    expected_at: Timestamp


@message("waybill.return.withdrawn.v1", on=WAREHOUSE_RETURNS)
class Withdrawn(AboutReturn):
    """The goods will not arrive."""

    order_number: str
    warehouse: Id


# Payment


@message("waybill.payment.return-refunded.v1", on=PAYMENT_EVENTS)
class ReturnRefunded(AboutReturn):
    """The refund of a return is settled: everything was refunded, or `refusal` says what failed.

    With `shipping`, it is the refund of a shipping cost, whose id `return_id` is.
    """

    currency: Currency
    refunded: Amount
    refusal: Reason | None
    paid: Signed
    outstanding: Signed
    shipping: bool = False
