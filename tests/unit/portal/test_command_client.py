"""How commands are sent and heard of, with a Kafka and a MongoDB in memory."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from services.portal import command_client
from services.portal.command_client import CommandClient, Reused
from shared.contracts.orders import AddNote, Explain, Hold
from shared.contracts.replies import Reply
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

HOLD = Hold(order_id="c-1")


class Commands:
    """The collection of commands under way."""

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
    """`takes` says whether it takes records, `answers` whether a service answers them."""

    def __init__(self) -> None:
        self.sender: CommandClient | None = None
        self.sent: list[Publication] = []
        self.takes = self.answers = True

    async def publish(self, publications: list[Publication]) -> None:
        if not self.takes:
            await asyncio.sleep(60)
        self.sent += publications
        if self.answers:
            asyncio.get_running_loop().call_soon(self.answer, _id(publications[0]))

    def answer(self, command_id: str) -> None:
        reply = Reply(command_id=command_id, outcome="accepted", subject="c-1", version=7)
        assert self.sender
        self.sender._hear(command_id.encode(), reply.model_dump_json().encode())


def _id(sent: Publication) -> str:
    return dict(sent.headers)["ce_id"].decode()


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def sender(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> CommandClient:
    monkeypatch.setattr(command_client, "KafkaPublisher", lambda *_: kafka)
    kafka.sender = CommandClient(Settings(), {"commands": Commands()})  # type: ignore[arg-type]
    return kafka.sender


async def test_an_outcome_is_heard_and_what_was_asked_is_forgotten(sender):
    sent = await sender.give(HOLD, "csr:anna", wait=1)
    assert sent.reply.version == 7
    assert "data" not in sender._commands.kept[sent.id]


async def test_many_at_once_with_one_key_all_hear(sender, kafka):
    kafka.answers = False
    gives = [sender.give(HOLD, "csr:anna", wait=1, key="k") for _ in range(5)]
    tasks = [asyncio.create_task(give) for give in gives]
    await asyncio.sleep(0.01)
    assert len({_id(sent) for sent in kafka.sent}) == 1
    kafka.answer(_id(kafka.sent[0]))
    assert [(await task).reply.version for task in tasks] == [7] * 5
    assert sender._waiting == {}


async def test_a_key_is_somebodys_own(sender, kafka):
    await sender.give(HOLD, "csr:anna", wait=1, key="k")
    await sender.give(HOLD, "csr:ben", wait=1, key="k")
    assert len({_id(sent) for sent in kafka.sent}) == 2


async def test_a_key_is_for_one_command(sender):
    await sender.give(HOLD, "csr:anna", wait=1, key="k")
    with pytest.raises(Reused):
        await sender.give(AddNote(order_id="c-1", text="x"), "csr:anna", wait=1, key="k")


async def test_an_outcome_that_takes_longer_is_told_later_by_sending_the_same_again(sender, kafka):
    kafka.answers = False
    sent = await sender.give(HOLD, "csr:anna", wait=0.01)
    assert sent.reply is None
    kafka.answers = True
    later = await sender.outcome(sent.id, "csr:anna", wait=1)
    assert later.reply.version == 7
    assert len({_id(each) for each in kafka.sent}) == 1
    assert (await sender.outcome(sent.id, "csr:anna", wait=1)).reply.version == 7
    assert len(kafka.sent) == 2  # the outcome was kept: nothing was sent a third time
    assert await sender.outcome(sent.id, "csr:ben", wait=1) is None


async def test_what_kafka_has_not_taken_is_not_said_to_be_on_its_way(sender, kafka, monkeypatch):
    monkeypatch.setattr(command_client, "TAKEN_SECONDS", 0.01)
    kafka.takes = False
    with pytest.raises(Unavailable):
        await sender.give(HOLD, "csr:anna", wait=1)
    assert sender._waiting == {}


async def test_a_question_is_kept_nowhere(sender):
    assert (await sender.ask(Explain(order_id="c-1"), "csr:anna", 1)).version == 7
    assert sender._commands.kept == {}
