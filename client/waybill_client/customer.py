"""Customers and their address books: commands and events."""

from shared.contracts.address import Address
from shared.contracts.customer_deletion import (
    CartNoted,
    Delete,
    Deleted,
    DeleteRefused,
    DeleteRequested,
    LateCart,
    OrderAnswered,
    OrdersAgreed,
)
from shared.contracts.customers import (
    AddAddress,
    AddressAdded,
    AddressChanged,
    AddressRemoved,
    ChangeAddress,
    Create,
    Created,
    RemoveAddress,
    Update,
    Updated,
)

__all__ = [
    "AddAddress",
    "Address",
    "AddressAdded",
    "AddressChanged",
    "AddressRemoved",
    "CartNoted",
    "ChangeAddress",
    "Create",
    "Created",
    "Delete",
    "DeleteRefused",
    "DeleteRequested",
    "Deleted",
    "LateCart",
    "OrderAnswered",
    "OrdersAgreed",
    "RemoveAddress",
    "Update",
    "Updated",
]
