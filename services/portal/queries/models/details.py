"""An order in full, or the tombstone of a deleted one."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from services.portal.queries.models.returns import Return
from shared.contracts.address import Address, Customer


class Line(BaseModel):
    """A line of a shipment. `manual_discount` is the part of its discount that was set manually."""

    line_id: str
    sku: str
    name: str
    quantity: int
    placed_price: str
    discount: str
    tax: str
    preorder: bool = False
    manual_discount: str | None = None


class Short(BaseModel):
    """A shortage, as of the time when the shipment requested its stock."""

    sku: str
    wanted: int
    available: int


class Shipment(BaseModel):
    """A shipment in full. `before_hold` is the status it returns to after the hold.

    `number` is what people call it, independent of its id; it never changes.
    `shipping_price` is the price of the method before discounts, if it is higher than the cost.
    `former_tracking` are the numbers that `tracking_number` was corrected from, the oldest first.
    `keep_whole`: it was split over several warehouses, or made of one that was, and isn't again.
    """

    shipment_id: str
    number: int = 1
    status: str
    before_hold: str | None = None
    since: datetime | None = None
    warehouse: str | None = None
    shipping_method: str
    shipping_cost: str
    shipping_tax: str
    shipping_price: str | None = None
    address: Address
    lines: list[Line]
    short: list[Short] = []
    tracking_number: str | None = None
    carrier: str | None = None
    former_tracking: list[str] = []
    released_at: datetime | None = None
    shipped_at: datetime | None = None
    keep_whole: bool = False


class Refund(BaseModel):
    """A refund of a payment, or of a part of it."""

    amount: str
    at: datetime


class Payment(BaseModel):
    """A payment, with the amounts captured, voided, refunded and expired so far.

    `asked` is the request that its provider hasn't answered yet: capture, void, refund or renew. An
    authorization expires at `expires_at`, if ever; `renewed_by` replaces it. `reason` is the
    provider's reason for a failure of the payment or of its last request. `refunds` lacks those
    that an earlier version of the portal projected: `refunded` counts them.
    """

    payment_id: str
    method: str
    transaction_type: str
    amount: str
    status: str
    reference: str | None = None
    recorded_at: datetime
    captured: str | None = None
    voided: str | None = None
    refunded: str | None = None
    asked: str | None = None
    reason: str | None = None
    refunds: list[Refund] = []
    expires_at: datetime | None = None
    expired: str | None = None
    renewed_by: str | None = None

    @property
    def expires(self) -> bool:
        """Whether something is left of it that will expire."""
        gone = (Decimal(each or 0) for each in (self.captured, self.voided, self.expired))
        return self.expires_at is not None and sum(gone) < Decimal(self.amount)


class Note(BaseModel):
    """A note on an order."""

    note_id: str
    text: str
    author: str | None = None
    added_at: datetime
    kind: str = "staff"


class Happened(BaseModel):
    """When something happened, by whom, and why."""

    at: datetime
    by: str | None = None
    reason: str | None = None


class Hold(BaseModel):
    """An active hold. `by` placed it, `owner` is whose it is; a hold without a type may have none.

    `stops` are the actions that it stops, as in the contract.
    """

    hold_id: str
    hold_type: str | None = None
    owner: str | None = None
    by: str | None = None
    reason: str | None = None
    review_on: date | None = None
    since: datetime
    stops: list[str]


class OrderDetails(BaseModel):
    """An order in full.

    versions    the applied version of each service: `order`, `payment`, `shipment`
    incomplete  events are missing, so some of the data may be wrong
    shipment_numbers  the number of every current and former shipment, by id
    returned    what returns and refunds of shipping have taken off the total
    shipping_returned  the part of it that was refunded shipping, without a return
    """

    order_id: str
    number: str
    created: datetime
    market: str
    currency: str
    status: str
    since: datetime
    pending: list[str]
    held: Happened | None = None
    holds: list[Hold] = []
    canceled: Happened | None = None
    customer: Customer | None
    coupons: list[str]
    order_discount: str
    manual_discount: str | None = None
    total: str
    paid: str | None
    outstanding: str
    shipments: list[Shipment]
    payments: list[Payment]
    returns: list[Return] = []
    returned: str = "0"
    shipping_returned: str = "0"
    notes: list[Note]
    versions: dict[str, int]
    incomplete: bool
    shipment_numbers: dict[str, int] = {}


class Tombstone(BaseModel):
    """What remains of a deleted order."""

    order_id: str
    number: str | None
    who: str | None
    when: datetime
