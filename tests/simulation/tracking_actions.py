"""Corrections of tracking numbers, and the check that each follows from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from shared.contracts import Message, shipments
from tests.simulation.csr_actions import Step

CORRECTED = 0.1  # of the orders
TIMES = 3


def corrections(random: Random) -> list[Step]:
    """Returns corrections of the number, the carrier, or both, for one order; mostly none."""
    if random.random() > CORRECTED:
        return []
    return [_correction(random) for _ in range(random.randint(1, TIMES))]


def _correction(random: Random) -> Step:
    number = {"tracking_number": f"1Z-{random.randint(1, 3)}"}
    given = random.choice((number, number, {"carrier": "UPS"}, {"tracking_number": None}))
    return "shipment.correct-tracking", {"shipment_id": "1", **given}


def wrong(events: Mapping[str, list[Message]], states: Mapping[str, Any]) -> Iterator[str]:
    """Yields corrections that don't follow from what was there before, and lost ones."""
    for order_id, order in states.items():
        known: dict[str, tuple[str | None, str | None]] = {}
        for event in events.get(f"fulfilment/{order_id}", []):
            if isinstance(event, shipments.TrackingCorrected):
                former = (event.former_tracking_number, event.former_carrier)
                if known.get(event.shipment_id) != former:
                    yield f"fulfilment/{order_id}: {event} follows {known.get(event.shipment_id)}"
            if isinstance(event, shipments.Shipped | shipments.TrackingCorrected):
                known[event.shipment_id] = (event.tracking_number, event.carrier)
        for shipment_id, tracked in known.items():
            shipment = order.shipments[shipment_id]
            if (shipment.tracking_number, shipment.carrier) != tracked:
                yield f"fulfilment/{order_id}: shipment {shipment_id} lost its tracking {tracked}"
