"""Statuses as people write them."""

from collections.abc import Mapping

_LABELS: Mapping[str, str] = {
    "InProgress": "In Progress",
    "OnHold": "On Hold",
    "PartiallyShipped": "Partially Shipped",
    "AwaitingExchange": "Awaiting Exchange",
    "AwaitingInventory": "Awaiting Inventory",
    "InventoryAssigned": "Inventory Assigned",
    "CheckedOut": "Checked Out",
}


def label(status: str) -> str:
    """`Awaiting Inventory` for `AwaitingInventory`; a status of one word is its own label."""
    return _LABELS.get(status, status)
