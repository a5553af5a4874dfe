"""What a warehouse fetches and packs."""

from datetime import datetime

from pydantic import BaseModel

from shared.contracts.address import Address


class Pick(BaseModel):
    """An article to fetch, for all shipments together."""

    sku: str
    name: str
    quantity: int
    shipments: int


class Packed(BaseModel):
    """A line as a warehouse sees it."""

    line_id: str
    sku: str
    name: str
    quantity: int


class ToPack(BaseModel):
    """A shipment to pack, with all that a packing slip says: no prices.

    `number` is the order's, `shipment_number` what people call the shipment.
    """

    order_id: str
    number: str
    market: str
    created: datetime
    shipment_id: str
    shipment_number: int
    status: str
    warehouse: str | None
    since: datetime | None
    shipping_method: str
    address: Address
    lines: list[Packed]
    tracking_number: str | None = None


class PickList(BaseModel):
    """All that a warehouse is to fetch: by article, and by shipment, oldest first."""

    warehouse: str
    articles: list[Pick]
    shipments: list[ToPack]
