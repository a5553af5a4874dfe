"""Records that Kafka deleted before they were read: no service reads on as if it had them."""

from contextlib import suppress

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime.kafka.group_options import group_options
from shared.runtime.kafka.polling_consumer import Consumer
from shared.runtime.settings import Settings
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


@pytest.mark.parametrize("accepts", [False, True])
async def test_consumer_stops_at_records_that_are_lost_while_it_reads(
    cluster: Cluster, accepts: bool
) -> None:
    one = addressed(cluster, cart("c-1"))
    for _ in range(30):
        cluster.produce([one])  # each in a batch of its own, so that few are fetched at once
    topic = cluster.prefix + TOPIC
    part = next(p for n in range(2) if (p := TopicPartition(topic, n)) and cluster.end(TOPIC, n))
    settings = Settings(kafka=cluster.engines.kafka, accept_lost_records=accepts)
    options = group_options(settings, "reader") | {"max_partition_fetch_bytes": 1}
    consumer = Consumer(topic, **options)
    await consumer.start()
    try:
        read: list[int] = []
        while 29 not in read and "deleted" not in str(consumer.lost.problems()):
            polled = {}
            with suppress(KafkaError):  # whoever reads, polls again
                polled = await consumer.getmany(max_records=1)
            read += [record.offset for records in polled.values() for record in records]
            if polled:
                await consumer.commit()
            if read == [0]:
                cluster.lose(TOPIC, 20, part.partition)
        fetched = len([offset for offset in read if offset < 20])
        assert read[:fetched] == list(range(fetched))
        assert fetched < 20
        if accepts:
            assert read[fetched:] == list(range(20, 30))
        else:
            assert read[fetched:] == []
            lost = f"Kafka deleted {20 - fetched} records of {topic}, partition {part.partition}"
            assert consumer.lost.problems() == [f"{lost}, before they were read"]
            assert await consumer.committed(part) == fetched
    finally:
        await consumer.stop()
