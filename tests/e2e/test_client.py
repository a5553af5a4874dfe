"""The client for Python, as it is installed from its wheel, on a running system."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.system import System, cart, shipment
from waybill_client import (
    STOP,
    Accepted,
    Client,
    Event,
    MissingTopicError,
    Rejected,
    Settings,
    TimedOut,
    checkout,
    order,
    parse,
    topics,
)
from waybill_client import shipment as shipments

pytestmark = pytest.mark.engines

# Appends what it sees to a file; kills itself when it is about to handle a type of event.
CONSUMER = """
import os, sys
from waybill_client import STOP, Client, topics

file, group, order_id, deadly, last = sys.argv[1:]
seen = open(file, "a", encoding="utf-8")

def handle(event):
    if event.key != order_id:
        return
    print(event.id, event.type, event.message is not None, file=seen, flush=True)
    if event.type == deadly:
        os.kill(os.getpid(), 9)
    if event.type == last:
        return STOP

with Client("my-shop") as client:
    client.consume([topics.ORDER_EVENTS], handle, group=group, idle=30)
"""


@pytest.fixture
def client(system: System) -> Iterator[Client]:
    settings = Settings(kafka=system.cluster.engines.kafka, topic_prefix=system.cluster.prefix)
    with Client("my-tool", settings) as opened:
        yield opened


def placed(client: Client, order_id: str, sku: str, **more: object) -> Accepted:
    """Places an order by a cart."""
    data = cart(order_id, shipment(sku), **more)  # type: ignore[arg-type]
    outcome = client.send(parse(checkout.CartConverted, data), command_id=order_id)
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_cart_and_commands_get_their_outcomes(client: Client, order: str, sku: str) -> None:
    assert placed(client, order, sku, paid=False).status == "InProgress"

    refused = client.send(shipments.Release(order_id=order, shipment_id="1"), actor="csr:17")

    assert isinstance(refused, Rejected)
    assert refused.blockers
    assert refused.rule == refused.blockers[0].code
    assert refused.message


def test_same_id_gets_the_first_outcome_however_late(client: Client, order: str, sku: str) -> None:
    placed(client, order, sku)
    hold = hold_of(order)
    first = client.send(hold, command_id=f"hold-{order}")
    assert isinstance(first, Accepted)
    assert first.status == "OnHold"
    lifted = client.send(release_hold_of(order))
    assert isinstance(lifted, Accepted)

    again = client.send(hold, command_id=f"hold-{order}")
    other = client.send(hold_of(order, "Another reason"), command_id=f"hold-{order}")

    assert isinstance(again, Accepted)
    assert (again.status, again.version) == ("OnHold", first.version)
    assert isinstance(other, Rejected)
    assert other.rule == "id-reused"
    nothing_to_lift = client.send(release_hold_of(order))
    assert isinstance(nothing_to_lift, Rejected), "the repeat placed no hold"
    assert nothing_to_lift.rule == "not-on-hold"


def test_wait_that_timed_out_finds_the_outcome_later(
    client: Client, system: System, order: str, sku: str
) -> None:
    placed(client, order, sku)
    for process in system.of("order"):
        process.send(signal.SIGSTOP)
    try:
        # Long enough for Kafka to acknowledge the command on a busy machine.
        late = client.send(hold_of(order), timeout=5)
    finally:
        for process in system.of("order"):
            process.send(signal.SIGCONT)
    assert isinstance(late, TimedOut)
    assert late.published

    found = client.retry(late)

    assert isinstance(found, Accepted)
    assert found.command_id == late.command_id
    system.event(order, "order.held")
    assert system.names(order, "order.events").count("held") == 1


def test_dry_run_says_what_would_happen(
    client: Client, system: System, order: str, sku: str
) -> None:
    placed(client, order, sku)
    tried = client.send(hold_of(order), dry_run=True)

    assert isinstance(tried, Accepted)
    assert tried.dry_run is not None
    kinds = [event.type for event in tried.dry_run.events]
    done = client.send(hold_of(order))
    assert isinstance(done, Accepted)
    held = system.event(order, "order.held")
    assert held.type in kinds or tried.dry_run.deferred


def test_consumer_resumes_across_restarts_and_loses_nothing(
    system: System, client: Client, client_python: Path, order: str, sku: str, tmp_path: Path
) -> None:
    placed(client, order, sku)
    client.send(hold_of(order))
    client.send(release_hold_of(order))
    system.event(order, "order.hold-released")
    seen = tmp_path / "seen.txt"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "WAYBILL_KAFKA": system.cluster.engines.kafka,
        "WAYBILL_TOPIC_PREFIX": system.cluster.prefix,
    }

    def consume(deadly: str, last: str) -> int:
        arguments = [str(seen), f"shop-{order}", order, deadly, last]
        return subprocess.run(
            [client_python, "-I", "-c", CONSUMER, *arguments],
            env=environment,
            timeout=120,
            check=False,
        ).returncode

    held, released = "waybill.order.held.v1", "waybill.order.hold-released.v1"
    assert consume("", "waybill.order.placed.v1") == 0
    assert consume(held, released) == -signal.SIGKILL
    assert consume("", released) == 0

    lines = [line.split() for line in seen.read_text(encoding="utf-8").splitlines()]
    kinds = [kind for _, kind, _ in lines]
    assert kinds.count("waybill.order.placed.v1") == 1, "the first run has committed it"
    assert kinds.count(held) == 2, "the second run died before it was committed"
    published = [got.headers["ce_id"] for got in system.events(order, "order.events")]
    assert list(dict.fromkeys(message_id for message_id, _, _ in lines)) == published
    assert {known for _, _, known in lines} == {"True"}


def test_each_group_gets_every_event(client: Client, system: System, order: str, sku: str) -> None:
    placed(client, order, sku)
    system.event(order, "order.placed")
    seen: list[str] = []

    def until_placed(event: Event) -> object:
        if event.key != order:
            return None
        seen.append(event.type)
        return STOP

    client.consume([topics.ORDER_EVENTS], until_placed, group=f"a-{order}", idle=30)
    client.consume([topics.ORDER_EVENTS], until_placed, group=f"b-{order}", idle=30)
    assert seen == ["waybill.order.placed.v1"] * 2, "each group gets every event"


def test_event_is_found_or_the_search_ends(client: Client, order: str, sku: str) -> None:
    placed(client, order, sku)
    found = client.find([topics.ORDER_EVENTS], lambda event: event.key == order)
    assert found is not None
    assert found.type == "waybill.order.placed.v1"
    assert client.find([topics.ORDER_EVENTS], lambda event: False, timeout=1) is None


def test_missing_topic_is_an_error_and_no_wait(system: System) -> None:
    settings = Settings(kafka=system.cluster.engines.kafka, topic_prefix="nowhere.")
    with Client("my-tool", settings) as client:
        with pytest.raises(MissingTopicError, match=r"nowhere\.waybill\.replies"):
            client.send(hold_of("c-1"))
        with pytest.raises(MissingTopicError, match=r"nowhere\.order\.events"):
            client.consume([topics.ORDER_EVENTS], print, group="shop")


def hold_of(order_id: str, reason: str = "Address unclear") -> order.Hold:
    return order.Hold(order_id=order_id, reason=reason)


def release_hold_of(order_id: str) -> order.ReleaseHold:
    return order.ReleaseHold(order_id=order_id)
