"""The gateway counts results, also of payments that a provider declines."""

import pytest
from prometheus_client import CollectorRegistry

from services.payment.gateway.metrics import GatewayMetrics
from shared.contracts.payments import Captured, Recorded, RequestFailed


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [
        (Recorded.model_construct(status="Processed"), "processed"),
        (Recorded.model_construct(status="Failed"), "failed"),
        (Captured.model_construct(), "processed"),
        (RequestFailed.model_construct(), "failed"),
    ],
)
def test_a_result_is_counted_by_its_event(effect, outcome):
    registry = CollectorRegistry()
    GatewayMetrics(registry).settled(effect)
    counted = {
        sample.labels["outcome"]: sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "waybill_payment_requests_settled_total"
    }
    assert counted == {"processed": 0, "failed": 0} | {outcome: 1}
