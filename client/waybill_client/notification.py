"""What to tell customers about their orders."""

from shared.contracts.notifications import (
    Canceled,
    Changed,
    Confirmed,
    Delayed,
    Erased,
    Refunded,
    ReturnReceived,
    Shipped,
)

__all__ = [
    "Canceled",
    "Changed",
    "Confirmed",
    "Delayed",
    "Erased",
    "Refunded",
    "ReturnReceived",
    "Shipped",
]
