"""Webhooks on a real MongoDB, with a receiver on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from services.portal.settings import PortalSettings
from services.portal.webhooks import dispatcher as dispatching
from services.portal.webhooks import retry
from services.portal.webhooks.addresses import networks
from services.portal.webhooks.deliveries import LEASE, Overtaken
from services.portal.webhooks.event import read as event_of
from services.portal.webhooks.model import NewSubscription
from services.portal.webhooks.reader import WebhookReader
from services.portal.webhooks.sender import MAX_ANSWER, Sender
from services.portal.webhooks.signature import signature
from services.portal.webhooks.webhooks import Webhooks
from shared.contracts import Malformed
from shared.runtime.app import now
from tests.engines import AnyEngines
from tests.fakes import MemoryRecord
from tests.integration.databases import database_of
from tests.polling import until
from tests.receiver import Answer, Receiver

pytestmark = pytest.mark.engines

# A receiver on a busy machine is slow, not gone: giving it up would send an event twice.
LOCAL: dict[str, Any] = {"portal_webhook_loopback": True, "portal_webhook_seconds": 30.0}


class Record(MemoryRecord):
    """A record with the broker's time."""

    timestamp: int


def record(order: str, number: int, kind: str = "order.note-added") -> Record:
    """An order's event with this number."""
    headers = {
        "ce_id": f"{order}-{number}",
        "ce_source": "waybill/order",
        "ce_type": f"waybill.{kind}.v1",
        "ce_subject": order,
    }
    pairs = [(name, value.encode()) for name, value in headers.items()]
    data = orjson.dumps({"order_id": order, "name": "Mercy Taylor"})
    made = Record("order.events", 0, number, order.encode(), data, pairs)
    made.timestamp = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp() * 1000)
    return made


class World:
    """Webhooks of one or more processes on one database, and one receiver."""

    def __init__(self, database: Any, receiver: Receiver) -> None:
        self.database = database
        self.receiver = receiver
        self.processes: list[Webhooks] = []

    async def process(self, **settings: Any) -> Webhooks:
        """Starts what a portal process does, but for reading from Kafka."""
        made = Webhooks(PortalSettings(**LOCAL | settings), self.database, CollectorRegistry())
        await made.prepare()
        await made._dispatcher.start()
        self.processes.append(made)
        return made

    async def take(self, hooks: Webhooks, *records: Record) -> None:
        """Stores the deliveries of these records, as the reader does."""
        reader: WebhookReader = hooks._reader
        await reader.take(records, await hooks._subscriptions.all())  # type: ignore[arg-type]

    async def stop(self) -> None:
        for each in self.processes:
            await each._dispatcher.stop()
            await each._sender.close()


@pytest.fixture
async def world(engines: AnyEngines) -> AsyncIterator[World]:
    async with database_of(engines) as (client, name):
        with Receiver() as receiver:
            made = World(client[name], receiver)
            yield made
            await made.stop()


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST", 0.2)
    monkeypatch.setattr(retry, "MOST", 0.4)
    monkeypatch.setattr(dispatching, "POLL_SECONDS", 0.05)


async def _nothing_waits(hooks: Webhooks) -> bool:
    return (await hooks.all())[0].waiting == 0


async def persist(world: World, hooks: Webhooks, *records: Record) -> None:
    """Stores the deliveries, again if another process was faster, as the reader does."""
    while True:
        try:
            await world.take(hooks, *records)
        except Overtaken:
            continue
        return


async def _is_empty(collection: Any) -> bool:
    return bool(await collection.count_documents({}) == 0)


async def _has_state(hooks: Webhooks, state: str) -> bool:
    return (await hooks.all())[0].state == state


def new(receiver: Receiver, *types: str, **more: Any) -> NewSubscription:
    return NewSubscription(
        name="Shop", url=receiver.url, types=list(types or ["waybill.order.*"]), **more
    )


async def test_events_arrive_signed_and_in_order(world: World) -> None:
    hooks = await world.process()
    made, secret = await hooks.add(new(world.receiver), "olga")

    await world.take(hooks, *(record(order, n) for n in range(1, 6) for order in ("c-1", "c-2")))
    await until(lambda: len(world.receiver.requests) == 10)

    for order in ("c-1", "c-2"):
        got = world.receiver.accepted(order)
        assert [each.event["id"] for each in got] == [f"{order}-{n}" for n in range(1, 6)]
        assert [each.sequence for each in got] == [1, 2, 3, 4, 5]
    one = world.receiver.requests[0]
    moment = int(one.headers["waybill-signature"].partition(",")[0][2:])
    assert one.headers["waybill-signature"] == signature([secret], moment, one.body)
    assert one.headers["content-type"] == "application/cloudevents+json"
    assert one.headers["waybill-webhook"] == made.subscription_id
    await until(lambda: _nothing_waits(hooks))
    assert await _has_state(hooks, "healthy")


async def test_only_the_wanted_events_are_sent(world: World) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver, "waybill.order.placed.v1"), "olga")
    await world.take(hooks, record("c-1", 1, "order.placed"), record("c-1", 2, "order.held"))
    await until(lambda: world.receiver.requests)
    assert [each.event["id"] for each in world.receiver.requests] == ["c-1-1"]


async def test_a_repeat_of_a_record_is_delivered_once(world: World) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    for _ in range(3):
        await world.take(hooks, record("c-1", 1), record("c-1", 1), record("c-1", 2))
    await until(lambda: len(world.receiver.requests) >= 2)
    await world.take(hooks, record("c-1", 3))
    await until(lambda: len(world.receiver.requests) >= 3)
    assert [each.sequence for each in world.receiver.requests] == [1, 2, 3]


async def test_events_from_before_the_subscription_are_left_out(world: World) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    old, young = record("c-1", 1), record("c-1", 2)
    old.timestamp = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp() * 1000)
    await world.take(hooks, old, young)
    await until(lambda: world.receiver.requests)
    assert [each.event["id"] for each in world.receiver.requests] == ["c-1-2"]


async def test_a_failing_order_holds_up_only_itself(world: World) -> None:
    broken = {"c-1"}
    world.receiver.answer = lambda r: Answer(500 if r.key in broken else 204)
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")

    await world.take(hooks, *(record(o, n) for n in (1, 2, 3) for o in ("c-1", "c-2", "c-3")))
    await until(lambda: len(world.receiver.accepted("c-2") + world.receiver.accepted("c-3")) == 6)
    await until(lambda: sum(r.key == "c-1" for r in world.receiver.requests) > 1)
    assert {r.sequence for r in world.receiver.requests if r.key == "c-1"} == {1}
    shown = await hooks.get(made.subscription_id)
    assert shown is not None
    assert shown.state == "retrying"
    assert shown.last_failure is not None
    assert shown.last_failure.status == 500

    broken.clear()
    await until(lambda: len(world.receiver.accepted("c-1")) == 3)
    order = [r.sequence for r in world.receiver.requests if r.key == "c-1"]
    assert order == sorted(order)


async def test_nothing_is_lost_while_the_receiver_is_down(world: World) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    world.receiver.go_away()
    await world.take(hooks, *(record(f"c-{n % 4}", n) for n in range(20)))
    await until(lambda: _has_state(hooks, "retrying"))
    world.receiver.come_back()
    await hooks.resume((await hooks.all())[0].subscription_id)
    await until(lambda: len(world.receiver.accepted()) == 20)
    for n in range(4):
        assert [r.sequence for r in world.receiver.accepted(f"c-{n}")] == [1, 2, 3, 4, 5]


async def test_a_tired_subscription_asks_with_one_request_at_a_time(world: World) -> None:
    world.receiver.answer = lambda _: Answer(503)
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, *(record(f"c-{n}", 1) for n in range(40)))
    await until(lambda: len(world.receiver.requests) >= 5)
    await asyncio.sleep(1.0)
    assert len(world.receiver.requests) < 40
    world.receiver.answer = lambda _: Answer()
    await hooks.resume(made.subscription_id)
    await until(lambda: len(world.receiver.accepted()) == 40)


async def test_an_order_that_fails_for_too_long_is_parked_until_an_operator_resumes(
    world: World,
) -> None:
    world.receiver.answer = lambda _: Answer(400, body=b"no such order")
    hooks = await world.process(portal_webhook_park_hours=0.3 / 3600)
    made, _ = await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1), record("c-1", 2))
    await until(lambda: _has_state(hooks, "parked"))
    tried = len(world.receiver.requests)

    await world.take(hooks, record("c-1", 3))
    shown = (await hooks.all())[0]
    assert len(world.receiver.requests) == tried, "what follows a parked event is parked too"
    assert (shown.parked, shown.waiting, shown.orders_parked) == (3, 0, 1)
    log = await hooks.deliveries(made.subscription_id, state="parked")
    assert "no such order" in {each.last.text for each in log.deliveries if each.last}

    world.receiver.answer = lambda _: Answer()
    assert await hooks.resume(made.subscription_id) == 3
    await until(lambda: len(world.receiver.accepted("c-1")) == 3)
    assert [r.sequence for r in world.receiver.requests[tried:]] == [1, 2, 3]


async def test_a_redirect_is_a_failure_and_is_not_followed(world: World) -> None:
    elsewhere = (("location", world.receiver.url + "/secret"),)
    world.receiver.answer = lambda _: Answer(307, elsewhere)
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1))
    await until(lambda: len(world.receiver.requests) >= 2)
    assert {each.path for each in world.receiver.requests} == {"/hook"}


async def test_answers_are_read_to_a_limit(world: World) -> None:
    world.receiver.answer = lambda _: Answer(500, body=b"x" * 10_000_000)
    sender = Sender(30.0, networks("127.0.0.0/8"))
    answer = await sender.send(world.receiver.url, {}, b"{}")
    await sender.close()
    assert answer.status == 500
    assert len(answer.text) <= MAX_ANSWER


async def test_a_slow_receiver_is_given_up_after_the_limit(world: World) -> None:
    after = 3.0
    world.receiver.answer = lambda _: Answer(after=after)
    sender = Sender(0.3, networks("127.0.0.0/8"))
    answer = await sender.send(world.receiver.url, {}, b"{}")
    await sender.close()
    assert (answer.status, answer.text) == (None, "no response within 0.3 s")
    assert answer.seconds < after


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_not_reached_unless_allowed(world: World, host: str) -> None:
    sender = Sender(30.0)
    url = world.receiver.url.replace("127.0.0.1", host)
    answer = await sender.send(url, {}, b"{}")
    await sender.close()
    assert answer.status is None
    assert "not a public address" in answer.text
    assert world.receiver.requests == []


async def test_a_name_that_is_not_known_is_a_failure_with_its_reason(world: World) -> None:
    sender = Sender(5.0)
    answer = await sender.send("https://no-such-host.invalid/", {}, b"{}")
    await sender.close()
    assert answer.status is None
    assert answer.text


async def test_while_a_secret_is_replaced_both_verify(world: World) -> None:
    hooks = await world.process()
    made, old = await hooks.add(new(world.receiver), "olga")
    found = await hooks.rotate(made.subscription_id)
    assert found is not None
    shown, fresh = found
    assert (shown.secrets, fresh != old) == (2, True)

    await hooks.test(made.subscription_id)
    await until(lambda: world.receiver.requests)
    one = world.receiver.requests[0]
    moment = int(one.headers["waybill-signature"].partition(",")[0][2:])
    assert one.headers["waybill-signature"] == signature([fresh, old], moment, one.body)
    assert one.event["type"] == "waybill.webhook.test.v1"


async def test_a_delivered_event_can_be_sent_again(world: World) -> None:
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1), record("c-1", 2))
    await until(lambda: len(world.receiver.requests) == 2)
    await until(lambda: _nothing_waits(hooks))
    first = world.receiver.requests[0].headers["waybill-delivery"]
    assert await hooks.resend(made.subscription_id, first)
    await until(lambda: len(world.receiver.requests) == 3)
    again = world.receiver.requests[2]
    assert (again.headers["waybill-delivery"], again.headers["waybill-attempt"]) == (first, "2")
    assert not await hooks.resend(made.subscription_id, "wd-unknown")


async def test_a_deleted_order_is_erased_and_only_its_deletion_is_sent(world: World) -> None:
    world.receiver.answer = lambda r: Answer(500 if r.key == "c-1" else 204)
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1), record("c-1", 2), record("c-2", 1))
    await until(lambda: world.receiver.accepted("c-2"))
    await world.take(hooks, record("c-1", 3, "order.deleted"), record("c-1", 4))
    world.receiver.answer = lambda _: Answer()
    await hooks.resume(made.subscription_id)
    await until(lambda: _nothing_waits(hooks))

    last = [r for r in world.receiver.requests if r.key == "c-1"][-1]
    assert last.event["type"] == "waybill.order.deleted.v1"
    log = await hooks.deliveries(made.subscription_id, key="c-1")
    states = {each.event_id: each.state for each in log.deliveries}
    assert states == {
        "c-1-1": "erased",
        "c-1-2": "erased",
        "c-1-3": "delivered",
        "c-1-4": "erased",
    }
    kept = [each async for each in world.database["webhook_deliveries"].find({"key": "c-1"})]
    assert "Mercy" not in str([e["body"] for e in kept if e["type"] != "waybill.order.deleted.v1"])


async def test_a_deleted_customer_is_erased_and_an_order_with_the_id_is_not(world: World) -> None:
    world.receiver.go_away()
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver, "waybill.*"), "olga")
    for number, kind in enumerate(("customer.created", "order.note-added", "customer.deleted"), 1):
        await world.take(hooks, record("1001", number, kind))
    await world.take(hooks, record("1001", 4), record("1001", 5, "customer.updated"))

    log = await hooks.deliveries(made.subscription_id, key="1001")
    erased = {each.event_id for each in log.deliveries if each.state == "erased"}
    assert erased == {"1001-1", "1001-5"}
    kept = [each async for each in world.database["webhook_deliveries"].find({})]
    assert all((each["body"] is None) == (each["event_id"] in erased) for each in kept)

    await world.take(hooks, record("1001", 6, "order.deleted"))
    log = await hooks.deliveries(made.subscription_id, key="1001")
    erased = {each.event_id for each in log.deliveries if each.state == "erased"}
    assert erased == {f"1001-{n}" for n in (1, 2, 4, 5)}


async def test_a_process_that_dies_in_a_delivery_loses_nothing(world: World) -> None:
    world.receiver.answer = lambda _: Answer(after=0.3)
    dying = await world.process()
    await dying.add(new(world.receiver), "olga")
    await world.take(dying, *(record("c-1", n) for n in range(1, 4)))
    await until(lambda: world.receiver.requests)
    await dying._dispatcher.stop()  # with a request in flight, and its lease held
    await world.database["webhook_lanes"].update_many({}, {"$set": {"lease": now() - LEASE}})

    await world.process()
    await until(lambda: len(world.receiver.accepted()) == 3)
    sequences = [each.sequence for each in world.receiver.requests]
    assert sequences == sorted(sequences)


async def test_two_processes_share_the_work_and_keep_the_order(world: World) -> None:
    one, other = await world.process(), await world.process()
    await one.add(new(world.receiver), "olga")
    records = [record(f"c-{n % 10}", n) for n in range(100)]
    await asyncio.gather(persist(world, one, *records[:50]), persist(world, other, *records[50:]))
    await until(lambda: len(world.receiver.requests) >= 100)
    for n in range(10):
        sequences = [r.sequence for r in world.receiver.requests if r.key == f"c-{n}"]
        assert sequences == list(range(1, 11))


async def test_processes_that_store_the_same_events_at_once_store_each_once(world: World) -> None:
    one, other = await world.process(), await world.process()
    made, _ = await one.add(new(world.receiver), "olga")
    world.receiver.go_away()
    records = [record("c-1", n) for n in range(1, 30)]

    await asyncio.gather(*(persist(world, each, *records) for each in (one, other, one, other)))
    stored = world.database["webhook_deliveries"].find({"subscription": made.subscription_id})
    assert sorted([each["sequence"] async for each in stored]) == list(range(1, 30))


async def test_a_process_that_dies_between_storing_and_saying_so_loses_nothing(
    world: World,
) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    deliveries = hooks._deliveries
    said, deliveries._bump = deliveries._bump, _dies  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await world.take(hooks, record("c-1", 1), record("c-1", 2))
    deliveries._bump = said  # type: ignore[method-assign]

    await world.take(hooks, record("c-1", 1), record("c-1", 2))  # not committed, so read again
    await until(lambda: len(world.receiver.accepted()) == 2)
    assert [each.sequence for each in world.receiver.requests] == [1, 2]


async def _dies(*_: object) -> None:
    raise RuntimeError("killed")


async def test_a_deleted_subscription_leaves_nothing(world: World) -> None:
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    world.receiver.go_away()
    await world.take(hooks, record("c-1", 1))
    await hooks.delete(made.subscription_id)
    await until(lambda: _is_empty(world.database["webhook_deliveries"]))
    await until(lambda: _is_empty(world.database["webhook_lanes"]))


async def test_what_was_stored_for_a_subscription_while_it_was_deleted_goes_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "MEASURED_EVERY", 0.1)
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    before = await hooks._subscriptions.all()
    await hooks.delete(made.subscription_id)
    await hooks._reader.take([record("c-1", 1)], before)  # type: ignore[list-item]
    await until(lambda: _is_empty(world.database["webhook_deliveries"]))
    await until(lambda: _is_empty(world.database["webhook_lanes"]))
    assert world.receiver.requests == []


async def test_an_order_whose_delivery_was_accepted_has_its_full_time_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[datetime] = []
    monkeypatch.setattr(retry, "is_parked", lambda since, *_: judged.append(since) or True)
    failing = {"c-1-1", "c-1-2"}

    def answer(received: Any) -> Answer:
        name = received.event["id"]
        if name not in failing:
            return Answer()
        failing.discard(name)
        return Answer(500)

    world.receiver.answer = answer
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1), record("c-1", 2))
    await until(lambda: len(world.receiver.requests) == 4)
    await until(lambda: _nothing_waits(hooks))
    assert judged == [], "each of the two has failed once, with a success between"


async def test_a_delivery_that_was_stored_while_its_order_was_resumed_is_sent(
    world: World,
) -> None:
    hooks = await world.process()
    await hooks.add(new(world.receiver), "olga")
    insert = hooks._deliveries._insert

    async def as_if_parked(documents: Any) -> None:
        await insert([{**each, "state": "parked"} for each in documents])

    hooks._deliveries._insert = as_if_parked  # type: ignore[method-assign]
    await world.take(hooks, record("c-1", 1))
    await until(lambda: len(world.receiver.requests) == 1)


async def test_an_order_that_is_deleted_while_its_event_is_stored_is_erased(world: World) -> None:
    hooks = await world.process()
    world.receiver.go_away()
    made, _ = await hooks.add(new(world.receiver), "olga")
    deliveries, insert = hooks._deliveries, hooks._deliveries._insert

    async def after_a_deletion(documents: Any) -> None:
        deleted = event_of(record("c-1", 2, "order.deleted"))
        assert deleted is not None
        await deliveries.erase([made.subscription_id], [deleted], now())
        await insert(documents)

    deliveries._insert = after_a_deletion  # type: ignore[method-assign]
    await world.take(hooks, record("c-1", 1))
    (stored,) = [each async for each in world.database["webhook_deliveries"].find({})]
    assert (stored["state"], stored["body"]) == ("erased", None)


async def test_a_deleted_order_is_erased_for_a_disabled_subscription(world: World) -> None:
    hooks = await world.process()
    world.receiver.go_away()
    made, _ = await hooks.add(new(world.receiver), "olga")
    await world.take(hooks, record("c-1", 1))
    await hooks.change(made.subscription_id, new(world.receiver, enabled=False))
    await hooks._reader.take([record("c-1", 2, "order.deleted")], [])  # type: ignore[list-item]
    (stored,) = [each async for each in world.database["webhook_deliveries"].find({})]
    assert (stored["state"], stored["body"]) == ("erased", None)
    assert "Mercy" not in str(stored)


async def test_a_disabled_subscription_is_left_alone_and_begins_anew(world: World) -> None:
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    await hooks.change(made.subscription_id, new(world.receiver, enabled=False))
    assert (await hooks.all())[0].state == "disabled"
    await hooks.change(made.subscription_id, new(world.receiver, enabled=True))
    await world.take(hooks, record("c-1", 1))
    await until(lambda: world.receiver.requests)


async def test_too_many_waiting_deliveries_stop_the_subscription(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.webhooks.deliveries.intake.MOST_WAITING", 3)
    hooks = await world.process()
    made, _ = await hooks.add(new(world.receiver), "olga")
    world.receiver.go_away()
    await world.take(hooks, *(record(f"c-{n}", 1) for n in range(5)))
    shown = await hooks.get(made.subscription_id)
    assert shown is not None
    assert shown.state == "overflowed"


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("name", {"name": "  "}),
        ("url", {"url": "http://shop.example/"}),
        ("types", {"types": []}),
        ("types.0", {"types": ["waybill.no-such.*"]}),
        ("types.1", {"types": ["waybill.order.*", "Order Placed"]}),
    ],
)
async def test_a_wrong_field_is_named(world: World, field: str, content: dict[str, Any]) -> None:
    hooks = await world.process()
    with pytest.raises(Malformed) as refused:
        await hooks.add(new(world.receiver).model_copy(update=content), "olga")
    assert refused.value.field == field
