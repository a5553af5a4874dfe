"""What reads in a group of its own repeats what fails, and says what keeps it from reading."""

import asyncio
from collections.abc import Iterator, Sequence
from time import time
from typing import Any

import pytest

from shared.contracts.topics import CUSTOMER_NOTIFICATIONS
from shared.runtime.kafka import group_reader
from shared.runtime.kafka.group_reader import GroupReader
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings


class Lost:
    """Lost records, as the consumer tells them."""

    def problems(self, reader: str) -> list[str]:
        return [f"lost before {reader} read them"]


class Scripted:
    """A consumer that polls the same records until they are committed, then nothing."""

    lost = Lost()

    def __init__(self, *topics: str, **options: Any) -> None:
        self.topics, self.group = topics, options["group_id"]
        self.steps: list[str] = []
        self.read = asyncio.Event()
        self.answered: float | None = None

    async def start(self) -> None:
        self.steps.append("started")

    async def stop(self) -> None:
        self.steps.append("stopped")

    async def getmany(self, **_: Any) -> Any:
        if "committed" in self.steps:
            self.read.set()
            await asyncio.Event().wait()
        return {"a": ["r1"], "b": ["r2"]}

    async def commit(self) -> None:
        self.steps.append("committed")

    async def go_back(self) -> None:
        self.steps.append("went back")

    def last_answer(self) -> float | None:
        return self.answered


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    def soon() -> Iterator[float]:
        while True:
            yield 0

    monkeypatch.setattr(group_reader, "Consumer", Scripted)
    monkeypatch.setattr(group_reader, "delays", soon)


def reader_of(take: Any) -> GroupReader:
    return GroupReader(
        Settings(topic_prefix="t-"),
        "waybill-notify-mail",
        [CUSTOMER_NOTIFICATIONS],
        take,
        reader="the mailer",
        doing="take notifications",
    )


@pytest.mark.parametrize("failure", [Unavailable("MongoDB: down"), ValueError("a bug")])
async def test_what_fails_is_told_and_read_again(failure: Exception) -> None:
    taken: list[Sequence[Any]] = []
    told: list[list[str]] = []

    async def take(records: Sequence[Any]) -> None:
        taken.append(records)
        told.append(reader.problems())
        if len(taken) < 3:
            raise failure

    reader = reader_of(take)
    await reader.start()
    consumer: Any = reader._consumer
    async with asyncio.timeout(10):
        await consumer.read.wait()
    after = reader.problems()
    await reader.stop()

    assert (consumer.topics, consumer.group) == (
        ("t-customer.notifications",), "t-waybill-notify-mail"
    )  # fmt: skip
    assert taken == [["r1", "r2"]] * 3
    assert consumer.steps == ["started", "went back", "went back", "committed", "stopped"]
    lost, failing = "lost before the mailer read them", "the mailer can't take notifications"
    assert told == [[lost], [lost, failing], [lost, failing]]
    assert after == [lost]


async def test_silence_and_an_end_are_told() -> None:
    async def take(_: Sequence[Any]) -> None:
        pass

    reader = reader_of(take)
    assert reader.problems() == []
    await reader.stop()
    await reader.start()
    consumer: Any = reader._consumer
    consumer.answered = time() - 40
    await reader.stop()
    _, silent, ended = reader.problems()
    assert silent.startswith("no broker has answered the mailer for 4")
    assert ended == "the mailer has stopped reading"
