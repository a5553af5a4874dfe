"""Messages to warehouses: releases, recalls, and returns to expect."""

from shared.contracts.address import Address
from shared.contracts.returns import Expected, ExpectedLine, Withdrawn
from shared.contracts.shipments import Item
from shared.contracts.warehouse import Recall, Release

__all__ = [
    "Address",
    "Expected",
    "ExpectedLine",
    "Item",
    "Recall",
    "Release",
    "Withdrawn",
]
