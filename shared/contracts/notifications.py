"""What customers are to be told about their orders, and what the notify service has noted."""

from typing import Literal

from shared.contracts.address import Address, Customer
from shared.contracts.base import Email, Id, Message, Part, Quantity, Text, Timestamp, message
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount, Currency
from shared.contracts.shipments import Tracking
from shared.contracts.topics import CUSTOMER_NOTIFICATIONS, NOTIFY_EVENTS

Kind = Literal[
    "confirmed", "changed", "shipped", "delayed", "canceled", "refunded", "return-received"
]


class Recipient(Part):
    """The customer of the order, who has an email."""

    customer_id: Id | None = None
    name: str | None = None
    email: Email


class NotifiedLine(Part):
    """A line as a customer reads it. `total` is what the line costs, discount and tax included."""

    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount
    tax: Amount
    total: Amount
    preorder: bool = False


class NotifiedShipment(Part):
    """The lines that go to one address. `canceled` ones aren't part of the order's total."""

    shipment_id: Id
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount
    address: Address
    lines: tuple[NotifiedLine, ...]
    canceled: bool = False


class OrderContent(Part):
    """An order as its customer knows it.

    language  the key of the language to write in: the market's first one
    """

    order_number: str
    market: Id
    language: str
    customer: Recipient
    currency: Currency
    shipments: tuple[NotifiedShipment, ...]
    order_discount: Amount
    total: Amount


class ReceivedGoods(Part):
    """Pieces of a line that came back."""

    sku: Id
    name: ArticleName
    quantity: Quantity


class News(Part):
    """What happened to an order, so far as a customer is interested.

    shipment_id      the shipment, for `shipped` and `delayed`
    tracking_number  the carrier's number, for `shipped`
    amount           the money given back, for `refunded`
    reason           why, for `canceled`
    return_id        the return, for `return-received`
    goods            what arrived, for `return-received`
    more_expected    whether other pieces of the return are still to come, for `return-received`
    """

    kind: Kind
    happened_at: Timestamp
    shipment_id: Id | None = None
    tracking_number: Tracking | None = None
    amount: Amount | None = None
    reason: Text | None = None
    return_id: Id | None = None
    goods: tuple[ReceivedGoods, ...] = ()
    more_expected: bool = False


class _AboutOrder(Message):
    order_id: Id


class Notification(_AboutOrder, OrderContent):
    """Base of the notifications: everything that a mailer needs, without asking back."""

    happened_at: Timestamp


@message("waybill.notification.confirmed.v1", on=CUSTOMER_NOTIFICATIONS)
class Confirmed(Notification):
    """The order was placed."""


@message("waybill.notification.changed.v1", on=CUSTOMER_NOTIFICATIONS)
class Changed(Notification):
    """The order's lines, amounts, addresses or shipping methods changed; these are the new ones."""


@message("waybill.notification.shipped.v1", on=CUSTOMER_NOTIFICATIONS)
class Shipped(Notification):
    """A shipment has left the warehouse."""

    shipment_id: Id
    tracking_number: Tracking | None


@message("waybill.notification.delayed.v1", on=CUSTOMER_NOTIFICATIONS)
class Delayed(Notification):
    """A shipment was expected to leave, and its stock is short. Told once for each shipment."""

    shipment_id: Id


@message("waybill.notification.canceled.v1", on=CUSTOMER_NOTIFICATIONS)
class Canceled(Notification):
    """The whole order was canceled."""

    reason: Text | None


@message("waybill.notification.refunded.v1", on=CUSTOMER_NOTIFICATIONS)
class Refunded(Notification):
    """Money was given back; `amount` this time."""

    amount: Amount


@message("waybill.notification.return-received.v1", on=CUSTOMER_NOTIFICATIONS)
class ReturnReceived(Notification):
    """Goods of a return arrived. Told each time; `goods` are those that arrived."""

    return_id: Id
    goods: tuple[ReceivedGoods, ...]
    more_expected: bool


@message("waybill.notification.erased.v1", on=CUSTOMER_NOTIFICATIONS)
class Erased(_AboutOrder):
    """The order was deleted: erase what is stored of its notifications, and send none."""


NOTIFICATIONS: tuple[type[Notification], ...] = (
    Confirmed,
    Changed,
    Shipped,
    Delayed,
    Canceled,
    Refunded,
    ReturnReceived,
)


# Events of the notify service


@message("waybill.notify.order-noted.v1", on=NOTIFY_EVENTS)
class OrderNoted(_AboutOrder):
    """An order, or its new content, became known.

    content  null for an order whose customer isn't notified: it has no email, or was imported
    news     what to tell; null if nothing
    """

    content: OrderContent | None
    news: News | None = None


@message("waybill.notify.news-noted.v1", on=NOTIFY_EVENTS)
class NewsNoted(_AboutOrder):
    """Something happened to a known order. `content` is the order's, if it is to be told."""

    news: News
    content: OrderContent | None


@message("waybill.notify.news-kept.v1", on=NOTIFY_EVENTS)
class NewsKept(_AboutOrder):
    """Something happened to an order that isn't known yet; it is told once the order is known."""

    news: News


@message("waybill.notify.order-deleted.v1", on=NOTIFY_EVENTS)
class Deleted(_AboutOrder):
    """The order was deleted, and what was noted of it with it. The tombstone."""

    order_number: str
    at: Timestamp
    by: str | None = None


def recipient(customer: Customer | None) -> Recipient | None:
    """Whom to write to; None without an email."""
    if customer is None or customer.email is None:
        return None
    return Recipient(customer_id=customer.customer_id, name=customer.name, email=customer.email)
