"""Records that the client library can't read, or whose reply topics refuse records."""

import os
import subprocess
import sys

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from tests.cluster import Cluster, Sent
from tests.integration.runtime.orders import addressed, cart, check, give, note
from tests.processes import until_ready

pytestmark = pytest.mark.engines

# A producer that writes Latin-1 where Kafka wants UTF-8, as those in some languages do.
LATIN = """
import asyncio, sys
from aiokafka import AIOKafkaProducer

class Latin(str):
    def encode(self, *_):
        return super().encode("latin-1")

async def main():
    producer = AIOKafkaProducer(bootstrap_servers=sys.argv[1])
    await producer.start()
    for partition in (0, 1):
        headers = [(Latin("größe"), b"1")]
        await producer.send_and_wait(sys.argv[2], b"{}", b"k", partition, headers=headers)
    await producer.stop()

asyncio.run(main())
"""


def test_header_whose_name_is_no_text_stops_no_partition_and_loses_no_neighbour(
    cluster: Cluster,
) -> None:
    sent = give(cluster, range(30))
    topic = cluster.prefix + "checkout.cart-converted"
    subprocess.run(
        [sys.executable, "-c", LATIN, cluster.engines.kafka, topic],
        env={**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"},
        check=True,
        timeout=60,
    )
    sent += give(cluster, range(30, 60))

    until_ready(cluster.start("order"))
    cluster.until_done("order")

    letters = cluster.read("order.dead-letters")
    assert [letter.headers["waybill_field"] for letter in letters] == ["ce_specversion"] * 2
    check(cluster, sent, letters=2)


def test_reply_topic_that_refuses_us_holds_nobody_up(cluster: Cluster) -> None:
    tiny = cluster.prefix + "tiny"
    admin = AdminClient({"bootstrap.servers": cluster.engines.kafka})
    asked = NewTopic(tiny, 1, 1, config={"max.message.bytes": "100"})
    admin.create_topics([asked])[tiny].result(30)
    cluster.start("order")
    vain = note("c-1", 0)
    vain = Sent(
        vain.topic, vain.key, vain.value,
        tuple((n, tiny.encode() if n == "ce_replyto" else v) for n, v in vain.headers),
    )  # fmt: skip

    cluster.produce([addressed(cluster, one) for one in (cart("c-1"), vain, cart("c-2"))])

    cluster.until_done("order")
    letters = [letter.headers for letter in cluster.read("order.dead-letters")]
    assert {(told["waybill_code"], told["waybill_topic"]) for told in letters} == {
        ("no-reply-topic", tiny)
    }
    assert {d["stream"] for d in cluster.journal("order")} == {"order/c-1", "order/c-2"}
