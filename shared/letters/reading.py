"""Reads all dead letters, and what was decided about them, out of their topics."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.contracts.letters import Dropped, Redriven
from shared.contracts.topics import LETTER_VERDICTS, PROCESSES, dead_letters
from shared.letters.letter import Letter, State, letter_of
from shared.runtime.looking import between, bounds, partitions_of
from shared.runtime.settings import Settings

_STATES: dict[str, State] = {Redriven.type: "redriven", Dropped.type: "dropped"}
# Records that stand as near as this are read in one go.
NEAR = 200


class TooMany(Exception):
    """There are more letters than somebody is willing to look at."""

    def __init__(self, letters: int) -> None:
        super().__init__(f"There are {letters} dead letters")
        self.letters = letters


async def read(
    settings: Settings, consumer: AIOKafkaConsumer, most: int | None = None
) -> list[Letter]:
    """Every letter that the topics still have, in the order of their deaths.

    Raises `TooMany` if that would be more than `most`, `Unavailable` if the cluster doesn't answer.
    """
    services = {settings.topic(dead_letters(name)): name for name in PROCESSES}
    verdict_topic = settings.topic(LETTER_VERDICTS)
    partitions = await partitions_of(settings, [*services, verdict_topic])
    starts, ends = await bounds(consumer, partitions)
    there = sum(ends[each] - starts[each] for each in partitions if each.topic in services)
    if most is not None and there > most:
        raise TooMany(there)
    found: dict[str, Letter] = {}
    verdicts: dict[str, dict[str, Any]] = {}
    async for record in between(consumer, starts, ends):
        if record.topic == verdict_topic:
            verdicts |= _verdict(record)
            continue
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        letter = letter_of(record, at, services[record.topic], settings.topic_prefix)
        if letter.id not in found or letter.stands < found[letter.id].stands:
            found[letter.id] = letter
    letters = (replace(each, **verdicts.get(each.id, {})) for each in found.values())
    return sorted(letters, key=lambda letter: (letter.died, letter.stands, letter.id))


async def records_of(
    settings: Settings, consumer: AIOKafkaConsumer, letters: Sequence[Letter]
) -> dict[str, ConsumerRecord]:
    """The records of these letters, by their ids; those that are gone by now are left out."""
    wanted: dict[tuple[str, int, int], str] = {}
    for letter in letters:
        topic = settings.topic(dead_letters(letter.service))
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
        async for record in between(consumer, starts, ends):
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
