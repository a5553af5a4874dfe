"""Records that Kafka deleted before they were read: no service reads on as if it had them."""

import pytest

from tests.cluster import Cluster
from tests.integration.runtime.orders import addressed, cart
from tests.polling import eventually
from tests.processes import until_ready

pytestmark = pytest.mark.engines

TOPIC = "checkout.cart-converted"
DELETED = 3


def _give(cluster: Cluster, first: int, last: int) -> None:
    cluster.produce([addressed(cluster, cart(f"c-{n:05}")) for n in range(first, last)])


def test_service_stops_at_records_that_are_lost_until_somebody_accepts_it(
    cluster: Cluster, survivors: None
) -> None:
    before = cluster.start("order")
    until_ready(before)
    _give(cluster, 0, 20)
    cluster.until_done("order")
    before.kill()
    read = cluster.end(TOPIC)
    _give(cluster, 20, 60)
    assert cluster.end(TOPIC) > read + DELETED
    cluster.lose(TOPIC, read + DELETED)

    refusing = cluster.start("order")
    reason = (
        f"Kafka deleted {DELETED} records of {cluster.prefix}{TOPIC}, partition 0, "
        "before they were read"
    )
    eventually(lambda: reason in refusing.health().get("because", []), within=60)
    eventually(lambda: len(cluster.journal("order")) > 20, within=60)
    # The other partition is read to its end, this one isn't.
    eventually(lambda: refusing.health().get("lag", 0) > 0, within=60)
    refusing.kill()

    accepting = cluster.start("order", WAYBILL_ACCEPT_LOST_RECORDS="true")
    until_ready(accepting)
    cluster.until_done("order")
    assert len({d["stream"] for d in cluster.journal("order")}) == 60 - DELETED


def test_new_group_begins_where_the_topic_begins(cluster: Cluster) -> None:
    _give(cluster, 0, 20)
    cluster.lose(TOPIC, DELETED)

    until_ready(cluster.start("order"))

    cluster.until_done("order")
    assert len({d["stream"] for d in cluster.journal("order")}) == 20 - DELETED
