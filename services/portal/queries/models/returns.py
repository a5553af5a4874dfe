"""Returns: in full as a part of their order, and in lists."""

from datetime import datetime

from pydantic import BaseModel


class ExpectedLine(BaseModel):
    """Pieces of a shipped line that come back."""

    shipment_id: str
    line_id: str
    sku: str
    name: str
    quantity: int
    reason: str


class ReceivedLine(BaseModel):
    """Pieces that were accounted for: `arrival` is what happened at the door."""

    shipment_id: str
    line_id: str
    quantity: int
    arrival: str
    condition: str | None = None
    disposition: str | None = None
    at: datetime
    by: str | None = None


class Worth(BaseModel):
    """What the accepted pieces are worth to the customer."""

    goods: str
    tax: str
    shipping: str
    fee: str
    adjustment: str
    total: str


class Valued(BaseModel):
    """Pieces of a line that the customer gets money for, with what they cost."""

    shipment_id: str
    line_id: str
    quantity: int
    goods: str
    tax: str


class Decided(BaseModel):
    """What a person decided about a line of a return."""

    shipment_id: str
    line_id: str
    decision: str


class Replaced(BaseModel):
    """An article that the customer gets in exchange."""

    sku: str
    name: str | None = None
    quantity: int
    placed_price: str | None = None


class Replacement(BaseModel):
    """What a return is exchanged for."""

    exchange_order_id: str
    lines: list[Replaced]
    ship_first: bool = False


class Exchange(BaseModel):
    """The order that ships the replacement.

    `status` is Requested, Ordered, Completed, Canceled or Refused.
    """

    order_id: str
    status: str
    number: str | None = None
    refusal: str | None = None


class Return(BaseModel):
    """A return or an exchange of an order.

    number    what people call it: `PO1000042-R1`
    asked     the refund was requested, and the payment service hasn't answered yet
    refusal   why the last refund failed
    """

    return_id: str
    number: str
    status: str
    warehouse: str
    created: datetime
    since: datetime
    by: str | None = None
    comment: str | None = None
    late: bool = False
    lines: list[ExpectedLine]
    arrivals: list[ReceivedLine]
    decisions: list[Decided] = []
    valued: list[Valued] = []
    replacement: Replacement | None = None
    exchange: Exchange | None = None
    asked: bool = False
    worth: Worth | None = None
    transferred: str | None = None
    refunded: str | None = None
    refusal: str | None = None
    note: str | None = None
    canceled_because: str | None = None

    def takes(self, line: ExpectedLine) -> int:
        """The pieces of a line that no other return can have: as the order service counts them."""
        if self.status == "Canceled":
            return 0
        if self.status != "Complete":
            return line.quantity
        came = sum(each.quantity for each in self.arrivals_of(line) if each.arrival == "received")
        key = (line.shipment_id, line.line_id)
        paid = [e.quantity for e in self.valued if (e.shipment_id, e.line_id) == key]
        return max(came, *paid) if paid else came

    def open_pieces(self, line: ExpectedLine) -> int:
        """The pieces of a line that aren't accounted for yet."""
        return line.quantity - sum(each.quantity for each in self.arrivals_of(line))

    def arrivals_of(self, line: ExpectedLine) -> list[ReceivedLine]:
        """What was said about the pieces of a line."""
        key = (line.shipment_id, line.line_id)
        return [each for each in self.arrivals if (each.shipment_id, each.line_id) == key]


class ReturnRow(BaseModel):
    """A return in a list."""

    return_id: str
    number: str
    order_id: str
    order_number: str
    customer: str | None
    status: str
    warehouse: str
    created: datetime
    since: datetime
    pieces: int
    exchange: bool


class ReturnPage(BaseModel):
    """Returns of a list; `more` if there are others that it doesn't show."""

    returns: list[ReturnRow]
    more: bool
