"""The number that people call a shipment by: "Shipment 2", independent of its id.

Shipments are numbered from 1 in the order in which they were added to their order or cart. A number
is never reused: when an empty shipment is removed, the others keep theirs, so that printed slips
and notes stay correct.
"""

from collections.abc import Iterable


def by_number(known: Iterable[str], ids: Iterable[str]) -> list[str]:
    """The ids of an order's shipments in the order of their numbers, the `known` ones first."""
    return list(dict.fromkeys((*known, *ids)))


def numbers_by_id(ids: Iterable[str]) -> dict[str, int]:
    """The number of each shipment in a list that `by_number` returned."""
    return {shipment_id: number for number, shipment_id in enumerate(ids, 1)}
