"""Articles and their prices."""

from shared.contracts.catalog import Variant

__all__ = [
    "Variant",
]
