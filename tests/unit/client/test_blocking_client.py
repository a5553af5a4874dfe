"""The client for programs without asyncio."""

import threading
from time import monotonic

import pytest

from tests.polling import eventually
from tests.unit.client.memory_kafka import Kafka
from waybill_client import Accepted, Client, Event, MissingTopicError, Settings, TimedOut, order

SETTINGS = Settings(topic_prefix="shop.")
HOLD = order.Hold(order_id="c-1")


def write(kafka: Kafka, *orders: str) -> None:
    for each in orders:
        kafka.append("shop.order.events", each, b"{}", "waybill.order.held.v1")


def threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "waybill-client"]


def test_outcomes_are_those_of_the_asyncio_client(kafka: Kafka) -> None:
    with Client("my-tool", SETTINGS) as client:
        kafka.mute = True
        late = client.send(HOLD, timeout=0.05)
        kafka.mute = False
        assert isinstance(late, TimedOut)
        assert isinstance(client.retry(late), Accepted)
        assert client.publish(HOLD, message_id="m-1") == "m-1"
        assert client.publish_all([HOLD, HOLD]) == 2
    assert kafka.readers == []
    assert threads() == []


def test_handler_runs_in_the_calling_thread(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2")
    seen: list[tuple[str, int]] = []

    with Client("my-shop", SETTINGS) as client:
        count = client.consume(
            ["order.events"],
            lambda event: seen.append((event.key, threading.get_ident())),
            group="shop",
            idle=0.05,
        )

    here = threading.get_ident()
    assert (count, seen) == (2, [("c-1", here), ("c-2", here)])


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_error_of_a_handler_leaves_the_group_and_its_event_uncommitted(
    kafka: Kafka, error: type[BaseException]
) -> None:
    write(kafka, "c-1", "c-2")

    def handle(event: Event) -> None:
        if event.key == "c-2":
            raise error

    with Client("my-shop", SETTINGS) as client:
        with pytest.raises(error):
            client.consume(["order.events"], handle, group="shop")
        assert kafka.members[0].stopped
        assert list(kafka.committed.values()) == [1]


def test_group_that_cannot_be_joined_is_an_error_at_once(kafka: Kafka) -> None:
    begun = monotonic()
    missing = pytest.raises(MissingTopicError, match=r"no\.order\.events")
    with missing, Client("my-shop", Settings(topic_prefix="no.")) as client:
        client.consume(["order.events"], print, group="shop")
    assert monotonic() - begun < 5


def test_closing_ends_a_consumer_in_another_thread(kafka: Kafka) -> None:
    with Client("my-shop", SETTINGS) as client:
        consumer = threading.Thread(
            target=client.consume, args=(["order.events"], print), kwargs={"group": "shop"}
        )
        consumer.start()
        eventually(lambda: kafka.members)
    consumer.join(10)
    assert not consumer.is_alive()


def test_client_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="in `with Client"):
        Client("my-shop", SETTINGS).send(HOLD)
