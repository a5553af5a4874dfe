"""Parts of the messages about returns and exchanges."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.base import Id, Message, Part, Quantity
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount, Signed

ReturnStatus = Literal["AwaitingStockReturn", "AwaitingCompletion", "Complete", "Canceled"]
# What happened at the door.
Arrival = Literal["received", "lost", "wrong-item", "short"]
Disposition = Literal["restock", "quarantine", "write-off"]
# What was decided about the pieces: by itself when they arrived in time, or by a person.
Decision = Literal["accepted", "rejected"]


MAX_RETURN_LINES = 2000


class AboutReturn(Message):
    """Base of messages about a return."""

    order_id: Id
    return_id: Id


class ReturnLine(Part):
    """Pieces of a shipped line that come back. `reason` is configured per site."""

    shipment_id: Id
    line_id: Id
    quantity: Quantity
    reason: Id


class ReceivedLine(Part):
    """Pieces of a return that were accounted for at the door.

    A condition and a disposition belong to pieces that were received, and only to these.
    """

    shipment_id: Id
    line_id: Id
    quantity: Quantity
    arrival: Arrival = "received"
    condition: Id | None = None
    disposition: Disposition | None = None


class DecidedLine(Part):
    """What a person decided about all pieces of a line of the return."""

    shipment_id: Id
    line_id: Id
    decision: Decision


class ReplacementLine(Part):
    """An article that the customer gets in exchange.

    Without a price, the unit price of the returned line with the same SKU applies.
    """

    sku: Id
    name: ArticleName | None = None
    quantity: Quantity
    placed_price: Amount | None = None
    discount: Amount | None = None
    tax: Amount | None = None


class ExpectedLine(Part):
    """Pieces of an article that a return brings back."""

    shipment_id: Id
    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    reason: Id


class ReturnedGoods(Part):
    """Pieces of an article that came back, and what becomes of them."""

    sku: Id
    quantity: Quantity
    disposition: Disposition


class ValuedLine(Part):
    """Pieces of a line that the customer gets money for, with what they cost.

    Other returns of the same line count on from here, so that all together give back exactly what
    the line cost.
    """

    shipment_id: Id
    line_id: Id
    quantity: Quantity
    goods: Amount
    tax: Amount


class Worth(Part):
    """What the pieces of a return are worth to the customer.

    goods      price less their share of every discount
    tax        their tax
    shipping   the refunded shipping cost and its tax, if chosen
    fee        kept back, positive
    adjustment added, or kept back if negative
    total      goods + tax + shipping - fee + adjustment, never below zero
    """

    goods: Amount
    tax: Amount
    shipping: Amount
    fee: Amount
    adjustment: Signed
    total: Amount


class Replacement(Part):
    """What a return is exchanged for: the order that ships it, and its lines.

    With `ship_first` that order is placed at once, else when the goods are back.
    """

    exchange_order_id: Id
    lines: Annotated[tuple[ReplacementLine, ...], Field(min_length=1, max_length=MAX_RETURN_LINES)]
    ship_first: bool = False


ReturnLines = Annotated[tuple[ReturnLine, ...], Field(min_length=1, max_length=MAX_RETURN_LINES)]
