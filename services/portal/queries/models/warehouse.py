"""Pick lists and packing slips."""

from datetime import datetime

from pydantic import BaseModel

from shared.contracts.address import Address


class Pick(BaseModel):
    """A SKU to pick, for all shipments together."""

    sku: str
    name: str
    quantity: int
    shipments: int


class Packed(BaseModel):
    """A line to pack, without prices."""

    line_id: str
    sku: str
    name: str
    quantity: int


class ToPack(BaseModel):
    """A shipment to pack: the content of its packing slip, without prices.

    `number` is the order's number, `shipment_number` what people call the shipment.
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
    """The pick list of a warehouse: by SKU, and by shipment, oldest first."""

    warehouse: str
    articles: list[Pick]
    shipments: list[ToPack]
