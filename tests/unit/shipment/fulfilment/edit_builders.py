"""Histories and events for tests of an edit of a shipment's address and method."""

from shared.contracts import Message, shipments
from shared.contracts.address import Address
from shared.contracts.shipments import ShipmentStatus
from tests.unit.given import NOW
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    ELM,
    LINES,
    NUMBER,
    ORDER,
    PACKING,
    RELEASED,
    WAITING,
    placed,
    short,
)

ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
RECALL = {**ABOUT, "order_number": NUMBER, "reason": "edited", "recalled_at": NOW}
NOT_RELEASED: dict[str, tuple[ShipmentStatus, tuple[Message, ...]]] = {
    "unpaid": ("AwaitingInventory", (placed(),)),
    "waiting": ("AwaitingInventory", WAITING),
    "short": ("AwaitingInventory", (*WAITING, short())),
    "assigned": ("InventoryAssigned", ASSIGNED),
}
AT_WAREHOUSE: dict[ShipmentStatus, tuple[Message, ...]] = {"Released": RELEASED, "Packing": PACKING}
OPEN = [*(history for _, history in NOT_RELEASED.values()), *AT_WAREHOUSE.values()]


def edited(
    status: ShipmentStatus, address: Address = ELM, method: str = "standard"
) -> shipments.Edited:
    """The event of an edit; one of the method has the request that caused it."""
    return shipments.Edited(
        **ABOUT,
        status=status,
        address=address,
        shipping_method=method,
        request="test#1" if method in ("express", "pigeon") else None,
    )


def warehouse_release(address: Address = ELM, method: str = "standard") -> dict[str, object]:
    """The content of a release to the warehouse."""
    return {
        **ABOUT,
        "order_number": NUMBER,
        "market": "US",
        "shipping_method": method,
        "address": address,
        "lines": LINES,
        "released_at": NOW,
    }
