"""Reads all dead letters, and what was decided about them, out of their topics."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.contracts.dead_letter_verdicts import Dropped, Redriven
from shared.contracts.topics import DEAD_LETTER_VERDICTS, PROCESSES, dead_letter_topic
from shared.dead_letters.dead_letter import DeadLetter, State, dead_letter_of
from shared.runtime.kafka.topic_reader import bounds, partitions_of, read_range
from shared.runtime.settings import Settings

_STATES: dict[str, State] = {Redriven.type: "redriven", Dropped.type: "dropped"}
# Records that stand as near as this are read in one go.
NEAR = 200


class TooMany(Exception):
    """There are more letters than somebody is willing to look at."""

    def __init__(self, letters: int) -> None:
        super().__init__(f"There are {letters} dead letters")
        self.letters = letters


class Reader:
    """All letters of a cluster. A second look reads on from where the one before has ended.

    most  above so many letters `TooMany` is raised; None: however many there are.
    """

    def __init__(self, settings: Settings, most: int | None = None) -> None:
        self._settings = settings
        self._most = most
        self._services = {settings.topic(dead_letter_topic(name)): name for name in PROCESSES}
        self._verdict_topic = settings.topic(DEAD_LETTER_VERDICTS)
        self._one_at_a_time = asyncio.Lock()
        self._letters: dict[str, DeadLetter] = {}
        self._verdicts: dict[str, dict[str, Any]] = {}
        self._ends: dict[TopicPartition, int] = {}

    async def look(self, consumer: AIOKafkaConsumer) -> list[DeadLetter]:
        """Every letter that the topics have now, in the order of their deaths.

        Raises `TooMany`, `Unavailable` if the cluster doesn't answer.
        """
        async with self._one_at_a_time:
            partitions = await partitions_of(self._settings, [*self._services, self._verdict_topic])
            first, ends = await bounds(consumer, partitions)
            there = sum(ends[each] - first[each] for each in partitions if self._has_letters(each))
            if self._most is not None and there > self._most:
                self._forget_all()
                raise TooMany(there)
            if any(ends.get(each, 0) < end for each, end in self._ends.items()):
                self._forget_all()  # a topic was made anew
            starts = {each: max(first[each], self._ends.get(each, 0)) for each in partitions}
            async for record in read_range(consumer, starts, ends):
                self._take(record)
            self._ends |= ends
            self._forget(first)
            letters = (replace(each, **self._verdicts.get(each.id, {})) for each in self._found())
            return sorted(letters, key=lambda letter: letter.sort_key)

    def _take(self, record: ConsumerRecord) -> None:
        if record.topic == self._verdict_topic:
            self._verdicts |= _verdict(record)
            return
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        service = self._services[record.topic]
        letter = dead_letter_of(record, at, service, self._settings.topic_prefix)
        before = self._letters.get(letter.id)
        if before is None or letter.stands < before.stands:
            self._letters[letter.id] = letter

    def _found(self) -> list[DeadLetter]:
        return list(self._letters.values())

    def _forget(self, first: Mapping[TopicPartition, int]) -> None:
        """Lets go of what the topics have forgotten."""
        for letter in self._found():
            topic = self._settings.topic(dead_letter_topic(letter.service))
            partition, offset = letter.stands
            if offset < first[TopicPartition(topic, partition)]:
                del self._letters[letter.id]

    def _forget_all(self) -> None:
        self._letters.clear()
        self._verdicts.clear()
        self._ends.clear()

    def _has_letters(self, partition: TopicPartition) -> bool:
        return partition.topic in self._services


async def records_of(
    settings: Settings, consumer: AIOKafkaConsumer, letters: Sequence[DeadLetter]
) -> dict[str, ConsumerRecord]:
    """The records of these letters, by their ids; those that are gone by now are left out."""
    wanted: dict[tuple[str, int, int], str] = {}
    for letter in letters:
        topic = settings.topic(dead_letter_topic(letter.service))
        wanted[topic, *letter.stands] = letter.id
    found: dict[str, ConsumerRecord] = {}
    places = sorted(wanted)
    while places:
        starts: dict[TopicPartition, int] = {}
        ends: dict[TopicPartition, int] = {}
        later = []
        for topic, partition, offset in places:
            part = TopicPartition(topic, partition)
            if part not in starts:
                starts[part] = offset
            elif offset - ends[part] > NEAR:
                later.append((topic, partition, offset))
                continue
            ends[part] = offset + 1
        first, _ = await bounds(consumer, list(starts))
        starts = {part: max(start, first[part]) for part, start in starts.items()}
        async for record in read_range(consumer, starts, ends):
            name = wanted.get((record.topic, record.partition, record.offset))
            if name:
                found[name] = record
        places = later
    return found


def _verdict(record: ConsumerRecord) -> dict[str, dict[str, Any]]:
    """What an operator has done about a letter, by the letter's id; the last one counts."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    state = _STATES.get(headers.get("ce_type", ""))
    try:
        data = orjson.loads(record.value or b"")
        letter_id, note = data["letter_id"], data.get("note")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return {}
    if state is None or not isinstance(letter_id, str):
        return {}
    return {
        letter_id: {
            "state": state,
            "by": headers.get("ce_actor"),
            "since": datetime.fromtimestamp(record.timestamp / 1000, UTC),
            "note": note if isinstance(note, str) else None,
        }
    }
