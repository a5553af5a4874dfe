"""Publications arrive with their key, in order, unchanged; missing topics are reported."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from shared.runtime.kafka.connection import MAX_DEAD_LETTER
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.processing.dead_letters import DeadLetters
from shared.runtime.settings import Settings
from tests.cluster import Cluster
from tests.fakes import MemoryRecord
from tests.polling import PATIENCE
from tests.unit.given import NOW

pytestmark = pytest.mark.engines


@pytest.fixture
async def publisher(cluster: Cluster) -> AsyncIterator[KafkaPublisher]:
    """A connected publisher."""
    found = KafkaPublisher(Settings(kafka=cluster.engines.kafka), "test")
    await found.start()
    yield found
    await found.stop()


def record(cluster: Cluster, key: str, value: str, topic: str = "order.events") -> Publication:
    return Publication(cluster.prefix + topic, key.encode(), value.encode(), [("n", b"1")])


async def test_records_of_a_key_arrive_in_their_order(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    await publisher.publish([record(cluster, f"k{n % 7}", str(n)) for n in range(5000)])

    found = cluster.read("order.events")
    for key in range(7):
        values = [int(got.value or b"") for got in found if got.key == f"k{key}".encode()]
        assert values == list(range(key, 5000, 7))
    assert len({got.partition for got in found if got.key == b"k0"}) == 1


async def test_bytes_that_are_no_text_arrive_as_they_are(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    blob = bytes(range(256))
    headers: list[tuple[str, bytes]] = [("x", blob), ("x", b""), ("ü", b"2")]
    topic = cluster.prefix + "order.dead-letters"

    await publisher.publish([Publication(topic, blob, blob, headers)])

    (got,) = cluster.read("order.dead-letters")
    assert (got.key, got.value, list(got.raw)) == (blob, blob, headers)


async def test_header_without_a_value_is_kept_in_a_dead_letter(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    bare = MemoryRecord("t", 0, 0, b"k", None, [("x", None)])  # type: ignore[list-item]

    await publisher.publish([DeadLetters("order", cluster.prefix).of(bare, "c", "f", "r", NOW)])

    (got,) = cluster.read("order.dead-letters")
    assert got.raw[0] == ("x", None)
    assert got.value is None


async def test_largest_dead_letter_arrives(cluster: Cluster, publisher: KafkaPublisher) -> None:
    topic, value = cluster.prefix + "order.dead-letters", b"x" * (MAX_DEAD_LETTER - 10_000)
    await publisher.publish([Publication(topic, None, value, [])])
    assert cluster.read("order.dead-letters")[0].value == value


async def test_topic_is_missing_until_it_is_made(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    here, late = cluster.prefix + "order.events", cluster.prefix + "late"
    assert await publisher.missing([here, late]) == {late}

    make(cluster, late)

    async with asyncio.timeout(PATIENCE):
        while await publisher.missing([here, late]):
            pass  # who was found missing once is asked about without a pause
    assert await publisher.missing(["__consumer_offsets"]) == {"__consumer_offsets"}


async def test_topic_that_has_just_been_made_is_never_missing(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    assert await publisher.missing([cluster.prefix + "none"])
    for n in range(5):
        new = f"{cluster.prefix}new{n}"
        make(cluster, new)
        assert await publisher.missing([new]) == set()


async def test_topic_that_is_gone_is_missing_after_a_fresh_start(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    gone = cluster.prefix + "gone"
    make(cluster, gone)
    assert await publisher.missing([gone]) == set()
    admin = AdminClient({"bootstrap.servers": cluster.engines.kafka})
    admin.delete_topics([gone])[gone].result(30)

    await publisher.renew()

    assert await publisher.missing([gone]) == {gone}


async def test_topic_that_refuses_a_record_counts_as_missing_for_a_while(
    cluster: Cluster, publisher: KafkaPublisher
) -> None:
    # A sender may name whatever topic it likes for its replies; it must hold up nobody else.
    tiny = cluster.prefix + "tiny"
    make(cluster, tiny, {"max.message.bytes": "100"})
    good = record(cluster, "k", "v")
    with pytest.raises(Unavailable):
        await publisher.publish([Publication(tiny, b"k", b"x" * 1000, []), good])
    await publisher.renew()

    assert await publisher.missing([tiny, good.topic]) == {tiny}
    await publisher.publish([good])
    assert cluster.read("order.events")[-1].value == b"v"


async def test_publisher_that_is_not_connected_is_unavailable(cluster: Cluster) -> None:
    publisher = KafkaPublisher(Settings(kafka="127.0.0.1:1"), "test")
    with pytest.raises(Unavailable):
        await publisher.start()
    with pytest.raises(Unavailable):
        await publisher.publish([record(cluster, "k", "v")])
    with pytest.raises(Unavailable):
        await publisher.missing(["t"])


def make(cluster: Cluster, topic: str, config: dict[str, str] | None = None) -> None:
    admin = AdminClient({"bootstrap.servers": cluster.engines.kafka})
    asked = admin.create_topics([NewTopic(topic, 1, 1, config=config or {})])
    asked[topic].result(30)
