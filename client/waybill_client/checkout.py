"""A cart that a checkout has converted, and its parts."""

from shared.contracts.address import Address, Customer
from shared.contracts.checkout import (
    CartConverted,
    ConvertedLine,
    ConvertedPayment,
    ConvertedShipment,
)
from shared.contracts.pricing import DiscountRule, Pricing

__all__ = [
    "Address",
    "CartConverted",
    "ConvertedLine",
    "ConvertedPayment",
    "ConvertedShipment",
    "Customer",
    "DiscountRule",
    "Pricing",
]
