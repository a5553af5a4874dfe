"""Labels of statuses."""

from collections.abc import Mapping

_LABELS: Mapping[str, str] = {
    "InProgress": "In Progress",
    "OnHold": "On Hold",
    "PartiallyShipped": "Partially Shipped",
    "AwaitingExchange": "Awaiting Exchange",
    "AwaitingInventory": "Awaiting Inventory",
    "InventoryAssigned": "Inventory Assigned",
    "CheckedOut": "Checked Out",
    "AwaitingStockReturn": "Awaiting Stock Return",
    "AwaitingCompletion": "Awaiting Completion",
}


def label(status: str) -> str:
    """The label of a status: `Awaiting Inventory` for `AwaitingInventory`."""
    return _LABELS.get(status, status)
