"""The command client, with Kafka and MongoDB in memory."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo.errors import DuplicateKeyError

from services.portal import command_client, command_metrics
from services.portal.command_client import CommandClient, IdempotencyKeyReused
from services.portal.command_metrics import CommandMetrics
from shared.contracts.orders import AddNote, Explain, Hold
from shared.contracts.replies import Reply
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings
from tests.polling import PATIENCE, until

HOLD = Hold(order_id="c-1")


class Commands:
    """The collection of submitted commands, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    async def insert_one(self, document: dict[str, Any]) -> None:
        if document["_id"] in self.kept:
            raise DuplicateKeyError("taken")
        self.kept[document["_id"]] = dict(document)

    async def find_one(self, query: dict[str, Any]) -> dict[str, Any] | None:
        found = self.kept.get(query["_id"])
        return found if found and all(found[k] == v for k, v in query.items()) else None

    async def update_one(self, query: dict[str, Any], change: dict[str, Any]) -> None:
        found = self.kept[query["_id"]]
        found |= change["$set"]
        for field in change["$unset"]:
            found.pop(field, None)


class Kafka:
    """`acknowledges`: whether it accepts records; `answers`: whether a service replies."""

    def __init__(self) -> None:
        self.client: CommandClient | None = None
        self.sent: list[Publication] = []
        self.acknowledges = self.answers = True

    async def publish(self, publications: list[Publication]) -> None:
        if not self.acknowledges:
            await asyncio.sleep(60)
        self.sent += publications
        if self.answers:
            asyncio.get_running_loop().call_soon(self.answer, _id(publications[0]))

    def answer(self, command_id: str) -> None:
        reply = Reply(command_id=command_id, outcome="accepted", subject="c-1", version=7)
        assert self.client
        self.client._replies.deliver(command_id.encode(), reply.model_dump_json().encode())


def _id(sent: Publication) -> str:
    return dict(sent.headers)["ce_id"].decode()


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def client(
    kafka: Kafka, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> CommandClient:
    monkeypatch.setattr(command_client, "KafkaPublisher", lambda *_: kafka)
    metrics = CommandMetrics(registry)
    kafka.client = CommandClient(Settings(), {"commands": Commands()}, metrics)  # type: ignore[arg-type]
    return kafka.client


async def test_reply_is_returned_and_the_command_data_is_removed(client):
    submission = await client.submit(HOLD, "csr:anna", wait=1)
    assert submission.reply.version == 7
    assert "data" not in client._commands.kept[submission.id]


async def test_all_simultaneous_callers_with_one_key_get_the_reply(client, kafka):
    kafka.answers = False
    calls = [client.submit(HOLD, "csr:anna", wait=PATIENCE, key="k") for _ in range(5)]
    tasks = [asyncio.create_task(call) for call in calls]
    await until(lambda: len(kafka.sent) == len(calls))
    assert len({_id(sent) for sent in kafka.sent}) == 1
    kafka.answer(_id(kafka.sent[0]))
    assert [(await task).reply.version for task in tasks] == [7] * 5
    assert client._replies._waiting == {}


async def test_keys_of_different_actors_never_clash(client, kafka):
    await client.submit(HOLD, "csr:anna", wait=1, key="k")
    await client.submit(HOLD, "csr:ben", wait=1, key="k")
    assert len({_id(sent) for sent in kafka.sent}) == 2


async def test_key_of_another_command_is_refused(client):
    await client.submit(HOLD, "csr:anna", wait=1, key="k")
    with pytest.raises(IdempotencyKeyReused):
        await client.submit(AddNote(order_id="c-1", text="x"), "csr:anna", wait=1, key="k")


async def test_late_outcome_is_found_by_sending_the_same_message_again(client, kafka):
    kafka.answers = False
    submission = await client.submit(HOLD, "csr:anna", wait=0.01)
    assert submission.reply is None
    kafka.answers = True
    later = await client.outcome(submission.id, "csr:anna", wait=1)
    assert later.reply.version == 7
    assert len({_id(each) for each in kafka.sent}) == 1
    assert (await client.outcome(submission.id, "csr:anna", wait=1)).reply.version == 7
    assert len(kafka.sent) == 2  # the outcome was kept: nothing was sent a third time
    assert await client.outcome(submission.id, "csr:ben", wait=1) is None


async def test_unacknowledged_command_is_unavailable_rather_than_pending(
    client, kafka, monkeypatch
):
    monkeypatch.setattr(command_client, "PUBLISH_TIMEOUT_SECONDS", 0.01)
    kafka.acknowledges = False
    with pytest.raises(Unavailable):
        await client.submit(HOLD, "csr:anna", wait=1)
    assert client._replies._waiting == {}


async def test_query_is_not_stored(client):
    assert (await client.query(Explain(order_id="c-1"), "csr:anna", 1)).version == 7
    assert client._commands.kept == {}


def requests(registry: CollectorRegistry) -> dict[str, float]:
    """What became of requests, without results that there are none of."""
    kinds = ("answered", "unanswered", "unsent", "unreadable")
    name = "waybill_portal_requests_total"
    counts = {kind: registry.get_sample_value(name, {"result": kind}) or 0 for kind in kinds}
    return {kind: count for kind, count in counts.items() if count}


async def test_requests_are_counted_by_what_became_of_them(client, kafka, registry, monkeypatch):
    monkeypatch.setattr(command_metrics, "EXPECTED_SECONDS", 0.01)
    await client.query(Explain(order_id="c-1"), "csr:anna", 1)
    kafka.answers = False
    await client.submit(HOLD, "csr:anna", wait=0.01)
    await client.submit(HOLD, "csr:anna", wait=0)  # it doesn't want to wait
    kafka.acknowledges = False
    monkeypatch.setattr(command_client, "PUBLISH_TIMEOUT_SECONDS", 0.01)
    with pytest.raises(Unavailable):
        await client.submit(HOLD, "csr:anna", wait=1)
    assert requests(registry) == {"answered": 1, "unanswered": 1, "unsent": 1}
