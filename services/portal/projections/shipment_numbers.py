"""The number that people call a shipment by: "Shipment 2", whatever its id.

Shipments are counted from 1 in the order in which they came to their order or cart. A number is
never used twice: when an emptied shipment goes away, the others keep theirs, and printed slips and
notes stay right.
"""

from collections.abc import Iterable


def by_number(known: Iterable[str], ids: Iterable[str]) -> list[str]:
    """The ids of an order's shipments by their number, the `known` ones first."""
    return list(dict.fromkeys((*known, *ids)))


def numbers_by_id(ids: Iterable[str]) -> dict[str, int]:
    """The number of each of the shipments that `by_number` has listed."""
    return {shipment_id: number for number, shipment_id in enumerate(ids, 1)}
