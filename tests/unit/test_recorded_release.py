"""What processes of 0.1.0 have left stands as it did."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.recorded.meaning import SERVICES, folded
from tests.recorded.recording import HERE, Stream, load

RECORDED: Mapping[tuple[str, str], Stream] = {
    (one.service, one.stream): one for one in load(HERE / "0011") if isinstance(one, Stream)
}
# What they were after the steps of `tests.recorded.released`.
STATUSES = {
    ("cart", "cart/d-1"): "CheckedOut",
    ("cart", "cart/d-2"): "Deleted",
    ("cart", "cart/d-3"): "Open",
    ("order", "order/o-1"): "Completed",
    ("order", "order/o-2"): "Canceled",
    ("order", "order/o-3"): "InProgress",
    ("order", "order/o-4"): "OnHold",
    ("order", "order/o-5"): "PartiallyShipped",
    ("order", "order/o-6"): "InProgress",
    ("order", "order/d-1"): "InProgress",
    ("payment", "payment/d-1"): "Outstanding",
    ("payment", "payment/o-2"): "Closed",
    ("payment", "payment/o-3"): "Paid",
    ("shipment", "fulfilment/o-1"): "Shipped",
    ("shipment", "fulfilment/o-2"): "Canceled",
    ("shipment", "fulfilment/o-4"): "OnHold",
    ("shipment", "fulfilment/o-5"): "1:Shipped 2:AwaitingInventory",
    ("shipment", "fulfilment/o-6"): "1:InventoryAssigned 2:Canceled",
}


@pytest.mark.parametrize(("of", "status"), STATUSES.items(), ids=[s for _, s in STATUSES])
def test_what_0_1_0_left_has_the_status_that_it_had(of: tuple[str, str], status: str) -> None:
    one = RECORDED[of]
    decider = SERVICES[one.service].decider_of(one.stream)
    assert decider.status(folded(one, decider).state) == status


def test_every_service_of_0_1_0_has_left_streams() -> None:
    assert {service for service, _ in RECORDED} == {"cart", "order", "payment", "shipment"}
    assert len(RECORDED) == 26
