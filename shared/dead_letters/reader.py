"""Reads all dead letters, and the operators' decisions about them, from their topics."""

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
# Records at most this many offsets apart are read in one pass.
NEAR = 200


class TooMany(Exception):
    """There are more dead letters than the caller's limit."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There are {number} dead letters")
        self.letters = number


class Reader:
    """Reads the dead letters of a cluster. Each read continues where the last one ended.

    most  raise `TooMany` if there are more than this; None for no limit
    """

    def __init__(self, settings: Settings, most: int | None = None) -> None:
        self._settings = settings
        self._most = most
        self._services = {settings.topic(dead_letter_topic(name)): name for name in PROCESSES}
        self._verdict_topic = settings.topic(DEAD_LETTER_VERDICTS)
        self._one_at_a_time = asyncio.Lock()
        self._dead_letters: dict[str, DeadLetter] = {}
        self._verdicts: dict[str, dict[str, Any]] = {}
        self._ends: dict[TopicPartition, int] = {}

    async def read(self, consumer: AIOKafkaConsumer) -> list[DeadLetter]:
        """Returns every dead letter that the topics have now, the oldest first.

        Raises `TooMany`, and `Unavailable` if the cluster doesn't answer.
        """
        async with self._one_at_a_time:
            partitions = await partitions_of(self._settings, [*self._services, self._verdict_topic])
            first, ends = await bounds(consumer, partitions)
            number = sum(ends[p] - first[p] for p in partitions if self._has_dead_letters(p))
            if self._most is not None and number > self._most:
                self._forget_all()
                raise TooMany(number)
            if any(ends.get(each, 0) < end for each, end in self._ends.items()):
                self._forget_all()  # a topic was recreated
            starts = {each: max(first[each], self._ends.get(each, 0)) for each in partitions}
            async for record in read_range(consumer, starts, ends):
                self._add(record)
            self._ends |= ends
            self._forget(first)
            found = (replace(each, **self._verdicts.get(each.id, {})) for each in self._found())
            return sorted(found, key=lambda each: each.sort_key)

    def _add(self, record: ConsumerRecord) -> None:
        if record.topic == self._verdict_topic:
            self._verdicts |= _verdict(record)
            return
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        service = self._services[record.topic]
        dead_letter = dead_letter_of(record, at, service, self._settings.topic_prefix)
        before = self._dead_letters.get(dead_letter.id)
        if before is None or dead_letter.stands < before.stands:
            self._dead_letters[dead_letter.id] = dead_letter

    def _found(self) -> list[DeadLetter]:
        return list(self._dead_letters.values())

    def _forget(self, first: Mapping[TopicPartition, int]) -> None:
        """Forgets dead letters that the topics no longer have."""
        for dead_letter in self._found():
            topic = self._settings.topic(dead_letter_topic(dead_letter.service))
            partition, offset = dead_letter.stands
            if offset < first[TopicPartition(topic, partition)]:
                del self._dead_letters[dead_letter.id]

    def _forget_all(self) -> None:
        self._dead_letters.clear()
        self._verdicts.clear()
        self._ends.clear()

    def _has_dead_letters(self, partition: TopicPartition) -> bool:
        return partition.topic in self._services


async def records_of(
    settings: Settings, consumer: AIOKafkaConsumer, dead_letters: Sequence[DeadLetter]
) -> dict[str, ConsumerRecord]:
    """Returns the records of dead letters by id, without those that the topics no longer have."""
    wanted: dict[tuple[str, int, int], str] = {}
    for dead_letter in dead_letters:
        topic = settings.topic(dead_letter_topic(dead_letter.service))
        wanted[topic, *dead_letter.stands] = dead_letter.id
    found: dict[str, ConsumerRecord] = {}
    positions = sorted(wanted)
    while positions:
        starts: dict[TopicPartition, int] = {}
        ends: dict[TopicPartition, int] = {}
        later = []
        for topic, partition, offset in positions:
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
        positions = later
    return found


def _verdict(record: ConsumerRecord) -> dict[str, dict[str, Any]]:
    """Reads an operator's decision, by the id of the dead letter; the last one counts."""
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
