"""Operations on dead letters in memory: reads, publications, verdicts, and crashes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.contracts import Malformed
from shared.contracts.topics import DEAD_LETTER_VERDICTS
from shared.dead_letters import operations as module
from shared.dead_letters import reader
from shared.dead_letters.operations import DeadLetterOperations
from shared.dead_letters.reader import TooMany
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings
from tests.fakes import MemoryPublisher, MemoryRecord
from tests.unit.dead_letters.builders import PREFIX, published, record

LETTERS = TopicPartition(f"{PREFIX}order.dead-letters", 0)
VERDICTS = TopicPartition(PREFIX + DEAD_LETTER_VERDICTS.name, 0)


class Kept(MemoryRecord):
    """A record with its timestamp."""

    timestamp = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp() * 1000


class Topics(MemoryPublisher):
    """Two topics of one partition each; records what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[TopicPartition, int] = {LETTERS: 0, VERDICTS: 0}
        self.read: list[tuple[str, int]] = []
        self.made = 0

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def add_dead_letters(self, *offsets: int, **more: Any) -> None:
        """Publishes dead letters of commands at these offsets."""
        self.log += [published(record(offset, **more)) for offset in offsets]

    def records(self, part: TopicPartition) -> list[Kept]:
        return [
            Kept(part.topic, 0, offset, one.key, one.value, list(one.headers))
            for offset, one in enumerate(self.on(part.topic))
        ]

    def sent(self) -> list[bytes | None]:
        """The values of redriven records."""
        return [one.value for one in self.on(f"{PREFIX}order.commands")]


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> Topics:
    made = Topics()

    @asynccontextmanager
    async def open_consumer(_: Settings) -> AsyncIterator[None]:
        yield None

    async def partitions_of(*_: Any) -> list[TopicPartition]:
        return [LETTERS, VERDICTS]

    async def bounds(_: Any, partitions: list[TopicPartition]) -> Any:
        ends = {part: len(made.on(part.topic)) for part in partitions}
        return {part: made.first[part] for part in partitions}, ends

    async def read_range(
        _: Any, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> AsyncIterator[Kept]:
        for part, end in ends.items():
            for one in made.records(part)[starts[part] : end]:
                made.read.append((one.topic, one.offset))
                yield one

    monkeypatch.setattr(module, "open_consumer", open_consumer)
    monkeypatch.setattr(module, "KafkaPublisher", lambda *_, **__: made)
    for name, fake in (
        ("partitions_of", partitions_of),
        ("bounds", bounds),
        ("read_range", read_range),
    ):
        monkeypatch.setattr(reader, name, fake)
    return made


@pytest.fixture
def dead_letters(topics: Topics) -> DeadLetterOperations:
    return DeadLetterOperations(Settings(topic_prefix=PREFIX), "test", most=5)


async def ids(dead_letters: DeadLetterOperations, *states: str) -> list[str]:
    return [
        dead_letter.id
        for dead_letter in await dead_letters.all()
        if dead_letter.state in (states or ("open",))
    ]


async def test_records_go_back_and_who_sent_them_is_noted(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10, 11)
    chosen = await ids(dead_letters)
    results = await dead_letters.redrive(chosen, "operator:anna")
    assert [(result.letter_id, result.outcome) for result in results] == [
        (name, "redriven") for name in chosen
    ]
    assert topics.sent() == [record(10).value, record(11).value]
    assert await ids(dead_letters) == []
    assert {dead_letter.by for dead_letter in await dead_letters.all()} == {"operator:anna"}


async def test_crash_before_the_note_costs_a_repeat_and_no_dead_letter(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10, 11)
    chosen = await ids(dead_letters)
    topics.faults.plan("publish", None, "before")  # sent, but not noted
    with pytest.raises(Unavailable):
        await dead_letters.redrive(chosen, "operator:anna")
    assert await ids(dead_letters) == chosen
    await dead_letters.redrive(chosen, "operator:anna")
    assert topics.sent() == [record(10).value, record(11).value] * 2
    assert await ids(dead_letters) == []


async def test_second_time_sends_nothing(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10)
    chosen = await ids(dead_letters)
    await dead_letters.redrive(chosen, "operator:anna")
    (result,) = await dead_letters.redrive(chosen, "operator:ben")
    assert (result.outcome, len(topics.sent())) == ("already", 1)
    assert "operator:anna" in (result.message or "")


async def test_one_that_dies_again_is_open_again(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10)
    (first,) = await ids(dead_letters)
    await dead_letters.redrive([first], "operator:anna")
    topics.log.append(published(record(99, message_id="m-10")))
    (again,) = await ids(dead_letters)
    assert again != first


async def test_dropped_is_settled_and_sends_nothing(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10)
    (dead_letter,) = await ids(dead_letters)
    (result,) = await dead_letters.drop([dead_letter, dead_letter], "operator:anna", "a test")
    assert (result.outcome, topics.sent()) == ("dropped", [])
    (kept,) = await dead_letters.all()
    assert (kept.state, kept.by, kept.note) == ("dropped", "operator:anna", "a test")
    (result,) = await dead_letters.drop([dead_letter], "operator:ben")
    assert result.outcome == "already"


async def test_note_keeps_no_card_number(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10)
    chosen = await ids(dead_letters)
    with pytest.raises(Malformed, match="note"):
        await dead_letters.drop(chosen, "operator:anna", "4111 1111 1111 1111")
    assert await ids(dead_letters) == chosen


async def test_unknown_dead_letter_is_refused(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    assert [f.code for f in await dead_letters.redrive(["order-x"], "a")] == ["unknown-letter"]
    assert [f.code for f in await dead_letters.drop(["order-x"], "a")] == ["unknown-letter"]
    assert await dead_letters.details("order-x") is None


async def test_topic_that_is_away_is_said_and_the_dead_letter_stays_open(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10)
    topics.absent.add(f"{PREFIX}order.commands")
    chosen = await ids(dead_letters)
    (result,) = await dead_letters.redrive(chosen, "operator:anna")
    assert (result.code, topics.sent(), await ids(dead_letters)) == ("no-topic", [], chosen)


async def test_dead_letter_that_a_stranger_forged_opens_no_other_topic(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    forged = published(record(10))
    headers = [
        (name, b"somebody.elses" if name == "waybill_topic" else value)
        for name, value in forged.headers
    ]
    topics.log.append(Publication(forged.topic, forged.key, forged.value, headers))
    (result,) = await dead_letters.redrive(await ids(dead_letters), "operator:anna")
    assert result.code == "no-origin"
    assert topics.on("somebody.elses") == []


async def test_details_say_what_stands_before(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10, 11)
    first, second = await ids(dead_letters)
    found = await dead_letters.details(second)
    assert found is not None
    assert [dead_letter.id for dead_letter in found.earlier] == [first]
    assert found.content == {"order_id": "c-1", "text": "note 11"}


async def test_second_look_reads_on(topics: Topics, dead_letters: DeadLetterOperations) -> None:
    topics.add_dead_letters(10)
    await dead_letters.all()
    topics.read.clear()
    topics.add_dead_letters(11)
    assert len(await dead_letters.all()) == 2
    assert topics.read == [(LETTERS.topic, 1)]


async def test_what_the_topic_has_forgotten_is_gone(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10, 11)
    _, second = await ids(dead_letters)
    topics.first[LETTERS] = 1
    assert await ids(dead_letters) == [second]


async def test_topic_that_was_made_anew_is_read_anew(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(10, 11)
    await dead_letters.all()
    topics.log.clear()
    topics.add_dead_letters(12)
    assert [dead_letter.offset for dead_letter in await dead_letters.all()] == [12]


async def test_more_than_anybody_wants_to_look_at(
    topics: Topics, dead_letters: DeadLetterOperations
) -> None:
    topics.add_dead_letters(*range(6))
    with pytest.raises(TooMany, match="6 dead letters"):
        await dead_letters.all()
    assert topics.read == []
