"""Messages to warehouse systems: everything that they need to ship, and nothing else."""

from shared.contracts.address import Address
from shared.contracts.base import Id, Message, Timestamp, message
from shared.contracts.shipments import Item, RecallReason
from shared.contracts.topics import WAREHOUSE_RELEASES


@message("waybill.shipment.released.v1", on=WAREHOUSE_RELEASES)
class Release(Message):
    """Ship this shipment."""

    order_id: Id
    order_number: str
    shipment_id: Id
    warehouse: Id
    market: Id
    shipping_method: Id
    address: Address
    lines: tuple[Item, ...]
    released_at: Timestamp


@message("waybill.shipment.recalled.v1", on=WAREHOUSE_RELEASES)
class Recall(Message):
    """Don't ship this shipment, unless it is released again."""

    order_id: Id
    order_number: str
    shipment_id: Id
    warehouse: Id
    reason: RecallReason
    recalled_at: Timestamp
